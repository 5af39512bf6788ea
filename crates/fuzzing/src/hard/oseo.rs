//! Requests to the OSEO door.

use super::{Hard, Way, filled, filled_up_to, repeated};

pub(super) const ALL: &[Hard] = &[
    oseo("oseo: Submit of as many items as fit", || items(usize::MAX, &|n| product(n, "urn:any", ""))),
    oseo("oseo: Submit of 1,000 items", || items(1000, &|n| product(n, "urn:any", ""))),
    oseo("oseo: Submit of 1,000 items that choose", || items(1000, &|n| product(n, "urn:c", &option(CHOSEN)))),
    oseo("oseo: Submit of items with the same id", || items(1000, &|_| product(0, "urn:any", ""))),
    oseo("oseo: Submit with many options", || one_item(&option("<x>1</x>"))),
    oseo("oseo: Submit with many options of no declared collection", || one_item_of("urn:any", &option("<x>1</x>"))),
    oseo("oseo: Submit with many values in one option", || values("<n>1</n>", "XMLEncoding", "urn:c")),
    oseo("oseo: Submit with many values of no declared collection", || values("<n>1</n>", "XMLEncoding", "urn:any")),
    oseo("oseo: Submit with a long list", || list("<all><n>1</n></all>")),
    oseo("oseo: Submit with long lists within a list", || list("<all><n>1</n><n>2</n><n>3</n></all>")),
    oseo("oseo: Submit with a long list that ends wrongly", || list_that_ends("<all><n>1</n></all>", "<all><m/></all>")),
    oseo("oseo: Submit with a long SWE text block", || values("1,", "TextEncoding", "urn:c")),
    oseo("oseo: Submit with a long list in a SWE text block", text_list),
    oseo("oseo: Submit of items with SWE text blocks", || items(1000, &|n| product(n, "urn:c", &text_option(&"1,".repeat(200))))),
    oseo("oseo: Submit with many scene selections", || one_item(SCENE)),
    oseo("oseo: Submit with a long remark", || long("orderRemark")),
    oseo("oseo: Submit with a long reference", || long("orderReference")),
    oseo("oseo: Submit with many online addresses", addresses),
    oseo("oseo: GetStatus of many orders", || get("GetStatus", "<orderId>1</orderId>")),
    oseo("oseo: GetStatus with many criteria", criteria),
    oseo("oseo: GetStatus of a long id", || repeated(&get_head("GetStatus", "<orderId>"), "9", "</orderId></GetStatus>")),
    oseo("oseo: GetOptions of many products", || get("GetOptions", "<identifier>p</identifier>")),
    oseo("oseo: GetQuotation of as many items as fit", || quotation(usize::MAX)),
    oseo("oseo: GetQuotation of 1,000 items", || quotation(1000)),
    oseo("oseo: DescribeResultAccess with much that is unknown", || get("DescribeResultAccess", "<x/>")),
    oseo("oseo: Cancel with much that is unknown", || get("Cancel", "<x xmlns=\"\">y</x>")),
    oseo("oseo: GetCapabilities with many sections", || {
        repeated(
            "<GetCapabilities xmlns=\"http://www.opengis.net/oseo/1.0\" xmlns:o=\"http://www.opengis.net/ows/2.0\" \
                  service=\"OS\"><o:Sections>",
            "<o:Section>All</o:Section>",
            "</o:Sections></GetCapabilities>",
        )
    }),
    oseo("oseo: an envelope with many headers", headers),
    oseo("oseo: an envelope with many bodies", bodies),
];

/// What one item chooses of the collection with options of every kind.
const CHOSEN: &str = "<text>abc</text><word>one</word><metres>1e3</metres><day>2026-03-01</day><yes>true</yes>\
                      <list><all><n>1</n></all></list><record><b>x</b></record>";
const SCENE: &str = "<sceneSelection><ParameterData><encoding>XMLEncoding</encoding><values><frame>7</frame></values>\
                     </ParameterData></sceneSelection>";
const SUBMIT: &str = "<Submit xmlns=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"><orderSpecification>";
const TYPE: &str = "<orderType>PRODUCT_ORDER</orderType>";
const END: &str = "</orderSpecification><statusNotification>None</statusNotification></Submit>";

const fn oseo(name: &'static str, make: fn() -> Vec<u8>) -> Hard {
    Hard::new(name, Way::Oseo, make)
}

/// An item up to its options, which stand before its product.
fn item(n: usize) -> String {
    format!("<orderItem><itemId>{n}</itemId>")
}

fn end_of_item(n: usize, collection: &str) -> String {
    format!("<productId><identifier>p{n}</identifier><collectionId>{collection}</collectionId></productId></orderItem>")
}

fn product(n: usize, collection: &str, options: &str) -> String {
    format!("{}{options}{}", item(n), end_of_item(n, collection))
}

fn option(values: &str) -> String {
    format!("<option><ParameterData><encoding>XMLEncoding</encoding><values>{values}</values></ParameterData></option>")
}

fn text_option(values: &str) -> String {
    format!("<option><ParameterData><encoding>TextEncoding</encoding><values>{values}</values></ParameterData></option>")
}

fn items(most: usize, item: &dyn Fn(usize) -> String) -> Vec<u8> {
    filled_up_to(most, &format!("{SUBMIT}{TYPE}"), item, END)
}

/// An item with as many of these as fit.
fn one_item(piece: &str) -> Vec<u8> {
    one_item_of("urn:c", piece)
}

fn one_item_of(collection: &str, piece: &str) -> Vec<u8> {
    repeated(&format!("{SUBMIT}{TYPE}{}", item(1)), piece, &format!("{}{END}", end_of_item(1, collection)))
}

/// An option with as many of these as fit.
fn values(piece: &str, encoding: &str, collection: &str) -> Vec<u8> {
    let head = format!("{SUBMIT}{TYPE}{}<option><ParameterData><encoding>{encoding}</encoding><values>", item(1));
    repeated(&head, piece, &format!("</values></ParameterData></option>{}{END}", end_of_item(1, collection)))
}

fn list(piece: &str) -> Vec<u8> {
    list_that_ends(piece, "")
}

fn list_that_ends(piece: &str, last: &str) -> Vec<u8> {
    let head = format!("{SUBMIT}{TYPE}{}<option><ParameterData><encoding>XMLEncoding</encoding><values><list>", item(1));
    let tail = format!("{last}</list></values></ParameterData></option>{}{END}", end_of_item(1, "urn:c"));
    filled_up_to(16_000, &head, |_| piece.to_owned(), &tail)
}

fn text_list() -> Vec<u8> {
    let count = 250_000;
    let head = format!(
        "{SUBMIT}{TYPE}{}<option><ParameterData><encoding>TextEncoding</encoding><values>N,N,N,N,N,N,N,Y,{count}",
        item(1)
    );
    let tail = format!(",N,N</values></ParameterData></option>{}{END}", end_of_item(1, "urn:c"));
    filled_up_to(count, &head, |_| ",1,1".to_owned(), &tail)
}

fn long(element: &str) -> Vec<u8> {
    let tail = format!("</{element}>{TYPE}{}{END}", product(1, "urn:any", ""));
    repeated(&format!("{SUBMIT}<{element}>"), "x", &tail)
}

fn addresses() -> Vec<u8> {
    let one = "<onlineAddress><protocol>ftp</protocol><serverAddress>a</serverAddress></onlineAddress>";
    let tail = format!("</deliveryInformation>{TYPE}{}{END}", product(1, "urn:any", ""));
    repeated(&format!("{SUBMIT}<deliveryInformation>"), one, &tail)
}

fn get_head(operation: &str, first: &str) -> String {
    format!("<{operation} xmlns=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\">{first}")
}

fn get(operation: &str, piece: &str) -> Vec<u8> {
    let tail = if operation == "GetStatus" { "<presentation>full</presentation>" } else { "" };
    repeated(&get_head(operation, ""), piece, &format!("{tail}</{operation}>"))
}

fn criteria() -> Vec<u8> {
    let tail = "</filteringCriteria><presentation>full</presentation></GetStatus>";
    repeated(&get_head("GetStatus", "<filteringCriteria>"), "<orderStatus>Submitted</orderStatus>", tail)
}

fn quotation(most: usize) -> Vec<u8> {
    let head = get_head("GetQuotation", "<orderSpecification>");
    let item = |n| product(n, "urn:c", &option(CHOSEN));
    filled_up_to(most, &format!("{head}{TYPE}"), item, "</orderSpecification></GetQuotation>")
}

fn headers() -> Vec<u8> {
    filled(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>",
        |n| format!("<h:x{n} xmlns:h=\"urn:{n}\" s:mustUnderstand=\"1\"/>"),
        "</s:Header><s:Body/></s:Envelope>",
    )
}

fn bodies() -> Vec<u8> {
    repeated("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>", "<x/>", "</s:Body></s:Envelope>")
}
