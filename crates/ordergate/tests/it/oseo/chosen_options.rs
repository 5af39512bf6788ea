//! Submit with options: what GetOptions offers is taken, all else refused.

use super::customer::{Customer, Way};
use super::get_options::{config, with_collections};
use super::{BASE, Report, succeeded};
use crate::harness::{Answer, Server, Soap, eventually};

/// A Submit: what stands before `orderType`, and the items.
fn submit(of_order: &str, items: &[&str]) -> String {
    let item = |(n, content): (usize, &&str)| format!("<os:orderItem><os:itemId>{n}</os:itemId>{content}</os:orderItem>");
    let items: String = items.iter().enumerate().map(item).collect();
    format!(
        "<os:Submit {BASE}><os:orderSpecification>{of_order}<os:orderType>PRODUCT_ORDER</os:orderType>{items}\
         </os:orderSpecification><os:statusNotification>None</os:statusNotification></os:Submit>"
    )
}

fn data(element: &str, encoding: &str, values: &str) -> String {
    format!(
        "<os:{element}><os:ParameterData><os:encoding>{encoding}</os:encoding><os:values>{values}</os:values></os:ParameterData></os:{element}>"
    )
}

fn xml(values: &str) -> String {
    data("option", "XMLEncoding", values)
}

fn text(values: &str) -> String {
    data("option", "TextEncoding", values)
}

fn scene(values: &str) -> String {
    data("sceneSelection", "XMLEncoding", values)
}

fn delivery(content: &str) -> String {
    format!("<os:deliveryOptions>{content}</os:deliveryOptions>")
}

fn by(way: &str, element: &str, word: &str) -> String {
    delivery(&format!("<os:{way}><os:{element}>{word}</os:{element}></os:{way}>"))
}

const PRODUCT: &str = "<os:productId><os:identifier>urn:scene:1</os:identifier></os:productId>";
const LEVEL_1: &str = "<os:productOrderOptionsId>level 1</os:productOrderOptionsId>";
const QUALITY: &str = "<quality>best</quality>";

/// An item of set "level 1" with these options beside the required one, and these elements behind.
fn item(options: &str, rest: &str) -> String {
    format!("{LEVEL_1}{}{rest}{PRODUCT}", xml(&format!("{QUALITY}{options}")))
}

fn send(message: &str) -> Answer {
    with_collections().send(&Customer::demo().request(Way::V11, message))
}

#[track_caller]
fn taken(message: &str) {
    succeeded(send(message));
}

/// Every kind of option at its limits, in XMLEncoding; namespaces and white space do not matter.
#[test]
fn what_is_offered_is_taken() {
    for options in [
        "",
        "<format>HDF5</format>",
        "<x:format xmlns:x=\"http://www.opengis.net/oseo/1.0/dataset\">\n GeoTIFF </x:format>",
        "<project>AB1</project><note>anything, at &lt;all&gt;</note><bits>16</bits>",
        "<note/>",
        "<spacing>2.50</spacing>",
        "<spacing>1e2</spacing><mask>true</mask><day>2030-12-31</day>",
        "<dateRange><min>2026-01-01</min><max>2026-01-01T00:00:00Z</max></dateRange>",
        "<angles><max>46</max><min>20</min></angles><rows><min>1</min><max>1000</max></rows>",
        "<bands><band>B1</band></bands>",
        "<bands><band>B3</band><band>B2</band></bands>",
        "<colours><BlueBand>B1</BlueBand><RedBand>B2</RedBand></colours>",
        "<colours><RedBand>B2</RedBand></colours><projection><UTM>60</UTM></projection>",
        "<projection><EPSG>4326</EPSG></projection>",
    ] {
        taken(&submit("", &[&item(options, "")]));
    }
    // Several option elements, and the parameters of one way to select a scene.
    let split = format!("{LEVEL_1}{}{}{PRODUCT}", xml(QUALITY), xml("<bits>8</bits>"));
    taken(&submit("", &[&split]));
    for selection in ["<SceneWidth>10</SceneWidth>", "<orbit>7</orbit>", "<frame>360</frame><orbit>7</orbit>"] {
        taken(&submit("", &[&item("", &scene(selection))]));
    }
    let payment = "<os:payment><os:paymentMethod>invoice</os:paymentMethod></os:payment>";
    taken(&submit("", &[&item("", &format!("{}{payment}", by("mediaDelivery", "packageMedium", "DVD")))]));
    taken(&submit(&by("onlineDataAccess", "protocol", "ftp"), &[&item("", "")]));
    // Nothing is known of the options of a collection that is declared by its name alone.
    let product = "<os:productId><os:identifier>p</os:identifier><os:collectionId>urn:c:by-name</os:collectionId></os:productId>";
    taken(&submit("", &[&format!("{}{product}", xml("<shape>round</shape>"))]));
}

/// OSEO 34: what the item says goes before what the order says, option by option, and as a whole for delivery.
#[test]
fn items_go_before_their_order() {
    let plain = format!("{LEVEL_1}{PRODUCT}");
    let own = format!("{LEVEL_1}{}{PRODUCT}", xml("<bits>16</bits>"));
    taken(&submit(&xml(QUALITY), &[&plain, &own]));
    let wrong = xml(&format!("{QUALITY}<bits>7</bits>"));
    taken(&submit(&wrong, &[&own]));
    let mut report = Report::default();
    // The second item has only the order's value.
    report.refused(Way::V11, &send(&submit(&wrong, &[&own, &plain])), "InvalidParameterValue", Some("bits"));
    let (dvd, bd) = (by("mediaDelivery", "packageMedium", "DVD"), by("mediaDelivery", "packageMedium", "BD"));
    taken(&submit(&bd, &[&item("", &dvd)]));
    report.refused(
        Way::V11,
        &send(&submit(&bd, &[&item("", &dvd), &item("", "")])),
        "InvalidParameterValue",
        Some("packageMedium"),
    );
    report.refused(Way::V11, &send(&submit(&dvd, &[&item("", &bd)])), "InvalidParameterValue", Some("packageMedium"));
    crate::harness::assert_snapshot!(report.checked());
}

/// Without an id, the first set that fits is meant: the product's, and then the options'.
#[test]
fn the_set_is_found_by_what_fits() {
    let quicklook = format!("{}{PRODUCT}", xml("<format>PNG</format>"));
    let level_1 = format!("{}{PRODUCT}", xml(&format!("{QUALITY}<format>HDF5</format>")));
    taken(&submit("", &[&quicklook, &level_1, PRODUCT]));
    let tape = "<os:productId><os:identifier>urn:archive:tape:1</os:identifier></os:productId>";
    taken(&submit(
        "",
        &[&format!("{}{tape}", xml("<copies>3</copies>")), &format!("{}{tape}", by("mediaDelivery", "packageMedium", "BD"))],
    ));
    let mut report = Report::default();
    let neither = format!("{}{PRODUCT}", xml("<format>JPEG</format>"));
    report.refused(Way::V11, &send(&submit("", &[&neither])), "InvalidParameterValue", Some("format"));
    let both = format!("{}{PRODUCT}", xml(&format!("{QUALITY}<format>PNG</format>")));
    report.refused(Way::V11, &send(&submit("", &[&both])), "InvalidParameterValue", Some("format"));
    crate::harness::assert_snapshot!(report.checked());
}

/// The tokens of set "level 1": all options in the order of GetOptions, absent ones as N.
const TEXT: &str = "Y,HDF5,fast,N,N,Y,16,Y,10,Y,1,Y,2026-05-05,Y,2026-01-01,2026-02-01,N,Y,1,9,Y,2,B1,B2,Y,B1,Y,B2,Y,EPSG,4326";

/// TextEncoding by the rules of SWE Common.
#[test]
fn values_as_text() {
    let with = |values: &str| submit("", &[&format!("{LEVEL_1}{}{PRODUCT}", text(values))]);
    taken(&with(TEXT));
    taken(&with(&format!("\n {} \n", TEXT.replace(',', " , "))));
    taken(&with("N,best,N,N,N,N,N,N,N,N,N,N,N,N"));
    let mut report = Report::default();
    for (from, to, code, locator) in [
        ("HDF5", "JPEG", "InvalidParameterValue", "format"),
        ("Y,HDF5", "HDF5", "InvalidParameterValue", "format"),
        ("fast", "", "InvalidParameterValue", "quality"),
        ("Y,16", "Y,7", "InvalidParameterValue", "bits"),
        ("2026-02-01", "2025-02-01", "InvalidParameterValue", "dateRange"),
        ("2,B1,B2", "3,B1,B2,B3", "InvalidParameterValue", "bands"),
        ("2,B1,B2", "2,B1,B4", "InvalidParameterValue", "bands"),
        ("Y,B1,Y,B2,", "Y,B1,B2,", "InvalidParameterValue", "colours"),
        ("EPSG", "epsg", "InvalidParameterValue", "projection"),
        (",4326", "", "MissingParameterValue", "EPSG"),
        ("4326", "4326,more", "InvalidParameterValue", "values"),
        (TEXT, "<format>HDF5</format>", "InvalidParameterValue", "values"),
    ] {
        report.line(format_args!("\n## {from} -> {to}"));
        report.refused(Way::V11, &send(&with(&TEXT.replacen(from, to, 1))), code, Some(locator));
    }
    // What the item overrides is counted and not judged.
    let order = text(&TEXT.replace("Y,16", "Y,7"));
    taken(&submit(&order, &[&format!("{LEVEL_1}{}{PRODUCT}", xml("<bits>8</bits>"))]));
    crate::harness::assert_snapshot!(report.checked());
}

/// What is behind the options, the code and the locator.
type Refused = (String, &'static str, &'static str);

fn refused_items() -> Vec<Refused> {
    let invalid = |options: &str, locator| (item(options, ""), "InvalidParameterValue", locator);
    let behind = |rest: &str, code, locator| (item("", rest), code, locator);
    let pay = |method: &str| format!("<os:payment><os:paymentMethod>{method}</os:paymentMethod></os:payment>");
    let of = |id: &str| {
        format!("<os:productId><os:identifier>p</os:identifier><os:collectionId>{id}</os:collectionId></os:productId>")
    };
    vec![
        invalid("<shape>round</shape>", "shape"),
        invalid("<Format>HDF5</Format>", "Format"),
        invalid("<format>hdf5</format>", "format"),
        invalid("<format/>", "format"),
        invalid("<format>HDF5</format><format>HDF5</format>", "format"),
        invalid("<format><name>HDF5</name></format>", "format"),
        invalid("<project>ab1</project>", "project"),
        invalid("<bits>12</bits>", "bits"),
        invalid("<bits>8.0</bits>", "bits"),
        invalid("<spacing>5</spacing>", "spacing"),
        invalid("<spacing>100.1</spacing>", "spacing"),
        invalid("<mask>perhaps</mask>", "mask"),
        invalid("<day>2031-01-01</day>", "day"),
        invalid("<day>tomorrow</day>", "day"),
        invalid("<dateRange><min>2026-01-02</min><max>2026-01-01</max></dateRange>", "dateRange"),
        invalid("<dateRange>2026-01-01 2026-01-02</dateRange>", "dateRange"),
        invalid("<angles><min>20</min></angles>", "angles"),
        invalid("<angles><min>19</min><max>46</max></angles>", "angles"),
        invalid("<rows><min>1</min><max>2</max><min>3</min></rows>", "rows"),
        invalid("<bands/>", "bands"),
        invalid("<bands><band>B1</band><band>B2</band><band>B3</band></bands>", "bands"),
        invalid("<bands><band>B9</band></bands>", "bands"),
        invalid("<bands><bond>B1</bond></bands>", "bands"),
        invalid("<colours><RedBand>B3</RedBand></colours>", "colours"),
        invalid("<colours><RedBand>B1</RedBand><GreenBand>B1</GreenBand></colours>", "colours"),
        invalid("<colours><RedBand>B1</RedBand><RedBand>B1</RedBand></colours>", "colours"),
        (item("<colours><BlueBand>B1</BlueBand></colours>", ""), "MissingParameterValue", "RedBand"),
        invalid("<projection><UTM>61</UTM></projection>", "projection"),
        invalid("<projection><UTM>60</UTM><EPSG>4326</EPSG></projection>", "projection"),
        invalid("<projection/>", "projection"),
        (format!("{LEVEL_1}{}{PRODUCT}", xml("HDF5")), "InvalidParameterValue", "values"),
        (format!("{LEVEL_1}{PRODUCT}"), "MissingParameterValue", "quality"),
        (format!("<os:productOrderOptionsId>level 3</os:productOrderOptionsId>{PRODUCT}"), "InvalidParameterValue", "productOrderOptionsId"),
        (
            "<os:productOrderOptionsId>disk</os:productOrderOptionsId><os:productId><os:identifier>urn:archive:tape:1</os:identifier></os:productId>".to_owned(),
            "InvalidParameterValue",
            "productOrderOptionsId",
        ),
        behind(&by("onlineDataAccess", "protocol", "sftp"), "InvalidParameterValue", "protocol"),
        behind(&by("onlineDataDelivery", "protocol", "ftp"), "InvalidParameterValue", "onlineDataDelivery"),
        behind(&by("mediaDelivery", "packageMedium", "BD"), "InvalidParameterValue", "packageMedium"),
        behind(&pay("credit card"), "InvalidParameterValue", "paymentMethod"),
        behind(&scene("<SceneWidth>5</SceneWidth>"), "InvalidParameterValue", "SceneWidth"),
        behind(&scene("<SceneWidth>10</SceneWidth><orbit>7</orbit>"), "InvalidParameterValue", "orbit"),
        (
            format!("<os:productOrderOptionsId>quicklook</os:productOrderOptionsId>{}{PRODUCT}", scene("<SceneWidth>10</SceneWidth>")),
            "InvalidParameterValue",
            "sceneSelection",
        ),
        (of("urn:c:closed"), "ProductOrderingNotSupported", "orderType"),
        (of("urn:c:unknown"), "UnsupportedCollection", "collectionId"),
    ]
}

/// OSEO 35, 36: what is not offered, and what the answer says about it. Nothing of it is kept.
#[test]
fn what_is_not_offered_is_not_taken() {
    let mut report = Report::default();
    let customer = Customer::new(with_collections());
    for (item, code, locator) in refused_items() {
        report.line(format_args!("\n{}", item.replace("<os:encoding>XMLEncoding</os:encoding>", "").replace(PRODUCT, "...")));
        let answer = with_collections().send(&customer.request(Way::V11, &submit("", &[&item])));
        report.refused(Way::V11, &answer, code, Some(locator));
    }
    // The same at the level of the order.
    for options in ["<shape>round</shape>", "<format>hdf5</format>"] {
        let locator = if options.contains("shape") { "shape" } else { "format" };
        let message = submit(&xml(options), &[&item("", "")]);
        let answer = with_collections().send(&customer.request(Way::V12, &message));
        report.refused(Way::V12, &answer, "InvalidParameterValue", Some(locator));
    }
    crate::harness::assert_snapshot!(report.checked());
    assert!(customer.search(with_collections(), "").is_empty());
}

/// A client that sends its message again hears that its order was taken, also when its options are no longer offered.
#[test]
fn a_retry_after_the_options_changed() {
    let folder = tempfile::tempdir().unwrap();
    let declare = |format: &str| {
        let set = format!(
            "id = \"s\"\ndelivery = {{ media_delivery = [\"BD\"] }}\noption = [{{ name = \"f\", kind = \"category\", values = [\"{format}\"] }}]\n"
        );
        std::fs::write(folder.path().join("c.toml"), format!("id = \"urn:c\"\n[[order_options]]\n{set}")).unwrap();
    };
    declare("PNG");
    let server = Server::serve(&config(folder.path()));
    let customer = Customer::demo();
    let message = submit("", &[&format!("{}{PRODUCT}", xml("<f>PNG</f>"))]);
    let id = "<wsa:MessageID xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">urn:uuid:1</wsa:MessageID>";
    let with_id = Soap::V11.request_with(&format!("{}{id}", customer.security()), &message);
    let first = succeeded(server.send(&with_id));
    declare("HDF5");
    server.signal("HUP");
    let without_id = customer.request(Way::V11, &message);
    eventually("the new options", || (server.send(&without_id).status != 200).then_some(()));
    assert_eq!(succeeded(server.send(&with_id)).body, first.body);
}
