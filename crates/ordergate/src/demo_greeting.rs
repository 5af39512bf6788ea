//! What the demo says when it starts: requests to paste.

use std::net::SocketAddr;
use std::path::Path;

use ordergate_server::server::Server;

/// What is new at each start.
pub(crate) struct Secrets<'a> {
    /// Of the worker that announces products.
    pub(crate) token: &'a str,
    /// The operator's password.
    pub(crate) admin: &'a str,
}

/// Says where the demo is and what to try.
#[allow(clippy::print_stdout)]
pub(crate) fn greet(server: &Server, folder: &Path, orders: u32, secrets: &Secrets<'_>, receiver: SocketAddr) {
    let Secrets { token, admin } = secrets;
    let url = server.url();
    println!("Ordergate demo: {url}   (data in {})", folder.display());
    println!("Accounts: OSEO demo/demo-secret, other/other-secret; veloconnect K4711/geheim, K0815/geheim2");
    println!("Operator: OSEO {}/{admin}", crate::demo::ADMIN);
    if orders > 0 {
        println!("Synthetic orders of user demo: 1001 to {}", 1000 + u64::from(orders));
    }
    println!("\n# OSEO: the status of order 1, in full");
    println!("curl -s {url}/oseo -H 'Content-Type: text/xml' --data-binary @- <<'XML'\n{REQUEST}\nXML");
    println!(
        "\n# OSEO without an envelope, by HTTP Basic: what can be ordered, at what price, an order, its status, where it is found, and an end to it"
    );
    println!("oseo() {{ curl -s -u demo:demo-secret {url}/oseo -H 'Content-Type: application/xml' --data-binary \\");
    println!("  \"<$1 xmlns='http://www.opengis.net/oseo/1.0' service='OS' version='1.0.0'>$2</$1>\"; }}");
    for (operation, content) in OSEO {
        println!("oseo {operation} \"{content}\"");
    }
    println!("\n# OSEO: a subscription to new scenes, a new scene, and what has come");
    println!("oseo Submit \"{SUBSCRIPTION}\"");
    println!(
        "curl -s {url}/feed/oseo -H 'Authorization: Bearer {token}' --data-binary '{SCENE}' -H 'Content-Type: application/json'"
    );
    println!("oseo GetStatus \"{SUBSCRIPTIONS}\"");
    println!("\n# OSEO: an order of which every step is told, here below");
    println!("curl -s {url}/oseo -H 'Content-Type: text/xml' --data-binary @- <<'XML'\n{}\nXML", told(receiver));
    println!("\n# As the operator: all orders, one of them in full, and nothing of a collection is produced for a while");
    let login = format!("-u {}:{admin}", crate::demo::ADMIN);
    println!("curl -s {login} '{url}/operator/oseo/orders?limit=5'");
    println!("curl -s {login} {url}/operator/oseo/orders/2");
    for (operation, body) in [("pause", PAUSE), ("resume", RESUME)] {
        println!("curl -s {login} {url}/operator/oseo/queue/{operation} -H 'Content-Type: application/json' -d '{body}'");
    }
    println!("\n# OSEO: the service description");
    println!("curl -s '{url}/oseo?wsdl'");
    let login = "BuyersID=K4711&Password=geheim";
    println!("\n# veloconnect: profile, an order of ten packs of spokes, and the status of all transactions");
    println!("curl -s '{url}/veloconnect?RequestName=GetProfileRequest&{login}'");
    println!(
        "curl -s '{url}/veloconnect?RequestName=CreateOrderRequest&{login}&Quantity.100-SP263=10&quantityUnitCode.100-SP263=PK'"
    );
    println!("curl -s '{url}/veloconnect?RequestName=GetStatusRequest&{login}'");
    println!("\nStop with Ctrl-C.");
}

const PAUSE: &str = r#"{"collection":"urn:ordergate:demo:scenes","reason":"a break"}"#;
const RESUME: &str = r#"{"collection":"urn:ordergate:demo:scenes"}"#;

/// A Submit that names who is to be called (06-141r6 §7.4.3).
fn told(receiver: SocketAddr) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">\n \
         <s:Header><wsa:ReplyTo><wsa:Address>http://{receiver}/callback</wsa:Address></wsa:ReplyTo>\n  \
         <w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><w:UsernameToken>\n   \
         <w:Username>demo</w:Username><w:Password>demo-secret</w:Password></w:UsernameToken></w:Security></s:Header>\n \
         <s:Body><Submit xmlns=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"><orderSpecification>\n  \
         <orderType>PRODUCT_ORDER</orderType><orderItem><itemId>a</itemId>\n   \
         <productId><identifier>urn:ordergate:demo:scene:3</identifier></productId></orderItem></orderSpecification>\n  \
         <statusNotification>All</statusNotification></Submit></s:Body>\n</s:Envelope>"
    )
}

/// Operations and the content of their requests.
const OSEO: [(&str, &str); 7] = [
    ("GetOptions", "<collectionId>urn:ordergate:demo:scenes</collectionId>"),
    (
        "GetQuotation",
        "<orderSpecification><priority>FAST_TRACK</priority><orderType>PRODUCT_ORDER</orderType><orderItem><itemId>a</itemId>\
         <option><ParameterData><encoding>XMLEncoding</encoding><values><processingLevel>2A</processingLevel></values></ParameterData></option>\
         <productId><identifier>urn:ordergate:demo:scene:1</identifier></productId></orderItem></orderSpecification>",
    ),
    ("Submit", "<quotationId>ID OF THE QUOTATION</quotationId><statusNotification>None</statusNotification>"),
    (
        "Submit",
        "<orderSpecification><orderReference>my first</orderReference><orderType>PRODUCT_ORDER</orderType><orderItem><itemId>a</itemId>\
         <option><ParameterData><encoding>XMLEncoding</encoding><values><format>PNG</format></values></ParameterData></option>\
         <productId><identifier>urn:ordergate:demo:scene:1</identifier></productId></orderItem></orderSpecification>\
         <statusNotification>None</statusNotification>",
    ),
    (
        "GetStatus",
        "<filteringCriteria><orderReference>my first</orderReference></filteringCriteria><presentation>full</presentation>",
    ),
    ("DescribeResultAccess", "<orderId>ID OF THE ORDER</orderId><subFunction>allReady</subFunction>"),
    ("Cancel", "<orderId>ID OF THE ORDER</orderId><statusNotification>None</statusNotification>"),
];

const SUBSCRIPTION: &str = "<orderSpecification><orderReference>new scenes</orderReference><orderType>SUBSCRIPTION_ORDER</orderType>\
     <orderItem><itemId>s</itemId><option><ParameterData><encoding>XMLEncoding</encoding><values><regionOfInterest><west>5</west>\
     <south>45</south><east>15</east><north>55</north></regionOfInterest></values></ParameterData></option><subscriptionId>\
     <collectionId>urn:ordergate:demo:scenes</collectionId></subscriptionId></orderItem></orderSpecification>\
     <statusNotification>None</statusNotification>";

/// West, south, east and north, as GeoJSON has them.
const SCENE: &str = r#"{"collection":"urn:ordergate:demo:scenes","identifier":"urn:ordergate:demo:scene:2","time":"2026-05-01T10:00:00Z","box":[10,47,12,49]}"#;

const SUBSCRIPTIONS: &str =
    "<filteringCriteria><orderReference>new scenes</orderReference></filteringCriteria><presentation>full</presentation>";

const REQUEST: &str = r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns="http://www.opengis.net/oseo/1.0"
 xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">
 <soapenv:Header><wsse:Security><wsse:UsernameToken>
  <wsse:Username>demo</wsse:Username><wsse:Password>demo-secret</wsse:Password>
 </wsse:UsernameToken></wsse:Security></soapenv:Header>
 <soapenv:Body><ns:GetStatus service="OS" version="1.0.0"><ns:orderId>1</ns:orderId><ns:presentation>full</ns:presentation></ns:GetStatus></soapenv:Body>
</soapenv:Envelope>"#;
