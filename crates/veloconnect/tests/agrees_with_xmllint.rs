//! Requests and answers that are wrong in one way each: our strict verdict is that of the official schemas.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use ordergate_testkit::{ByDesign, DOCTYPE, NAMESPACES, NUL, Vocabulary, Xmllint, compare, mutants, sample, shared_schema};
use ordergate_veloconnect::schema;
use ordergate_veloconnect::schema::order::ORDER_1_1;
use ordergate_veloconnect::schema::profile::{PROFILE_1_1, PROFILE_1_4, PROFILE_1_5, PROFILE_1_6};
use ordergate_veloconnect::schema::receipt::{RECEIPT_1_3, SERIAL_KINDS};
use ordergate_veloconnect::schema::sale::{SALE_1_6, SALE_B2B_1_6, SALE_B2X_1_6};
use ordergate_veloconnect::schema::stock::{STOCK_1_4, STOCK_B2B_1_4, STOCK_B2C_1_4};
use ordergate_veloconnect::schema::transaction::{TRANSACTION_1_0, TRANSACTION_1_4, TRANSACTION_1_6};
use ordergate_veloconnect::schema::ubl::{CAC, CATALOG_1_1, CATALOG_1_5, CBC, CCT, UDT};
use ordergate_xml::{Document, Limits, validate};

/// Documents written for this test: between them they use every element and attribute of the tables.
fn bases() -> Vec<(String, String)> {
    ordergate_testkit::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bases"))
}

const NAMESPACE_PREFIXES: [(&str, &str); 21] = [
    ("vct", TRANSACTION_1_0),
    ("vct4", TRANSACTION_1_4),
    ("vct6", TRANSACTION_1_6),
    ("p1", PROFILE_1_1),
    ("p4", PROFILE_1_4),
    ("p5", PROFILE_1_5),
    ("p6", PROFILE_1_6),
    ("o", ORDER_1_1),
    ("st", STOCK_1_4),
    ("sb", STOCK_B2B_1_4),
    ("sc", STOCK_B2C_1_4),
    ("sl", SALE_1_6),
    ("lb", SALE_B2B_1_6),
    ("lx", SALE_B2X_1_6),
    ("r", RECEIPT_1_3),
    ("cac", CAC),
    ("cbc", CBC),
    ("udt", UDT),
    ("cat", CATALOG_1_1),
    ("cat5", CATALOG_1_5),
    ("cct", CCT),
];

fn vocabulary() -> Vocabulary {
    let prefix = |ns: &str| NAMESPACE_PREFIXES.iter().find(|(_, uri)| *uri == ns).map_or("", |(prefix, _)| prefix);
    let qualified = |ns: &str, name: &str| format!("{}:{name}", prefix(ns));
    let complex = schema().types.iter().filter_map(|ty| ty.name.map(|name| qualified(ty.ns, name)));
    let simple = schema().simple_types.iter().filter_map(|ty| ty.name.map(|name| qualified(ty.ns, name)));
    Vocabulary {
        namespaces: NAMESPACE_PREFIXES.to_vec(),
        types: complex.chain(simple).collect(),
        texts: ["Order", "200", "411", "available", "EA", "en-GB", "XML-POST-S"].map(str::to_owned).to_vec(),
        fragments: [
            "<cac:ID>x</cac:ID>",
            "<cbc:PriceAmount>1</cbc:PriceAmount>",
            "<cat:ItemInformation/>",
            "<cat5:ItemInformation/>",
            "<cat5:GroupID>x</cat5:GroupID>",
            "<cat5:Username>x</cat5:Username>",
            "<vct:IsTest>1</vct:IsTest>",
            "<o:ItemUnknown/>",
            "<r:UnknownID>x</r:UnknownID>",
            "<r:OrderID>x</r:OrderID>",
            "<r:ItemInstance/>",
        ]
        .map(str::to_owned)
        .to_vec(),
        words: WORDS.to_vec(),
    }
}

/// The enumerations of all versions, by the elements that hold them: each version has some of each.
const WORDS: &[(&str, &[&str])] = &[
    (
        "ResponseCode",
        &["200", "400", "404", "405", "406", "410", "411", "415", "420", "421", "430", "435", "500", "0200", "+200"],
    ),
    ("StatusCode", &["0", "1", "199", "200"]),
    ("Transaction", &["Order", "OrderInOnlineShop", "TextSearch", "B2BStock", "B2CStock", "B2BSale", "B2XSale"]),
    ("Transaction", &["StockTransmitB2B", "StockTransmitB2C", "SaleTransmitB2B", "SaleTransmitB2X"]),
    ("Operation", &["GetStatus", "Rollback", "GetItemDetails", "GetItemDetailsList", "GetClassificationScheme", "OfferQuery"]),
    ("Operation", &["OfferDetails", "OrderConfirmationQuery", "OrderConfirmationDetails", "DeliveryNoteQuery"]),
    ("Operation", &["DeliveryNoteDetails", "InvoiceInformationQuery", "InvoiceInformationDetails", "StockTransmitB2B"]),
    ("Operation", &["StockTransmitB2C", "SaleTransmitB2B", "SaleTransmitB2X", "GetProfile"]),
    ("Binding", &["URL", "URL-S", "XML-POST", "XML-POST-S", "SOAP"]),
    ("Key", &["RecommendedRetailPrice.Netto", "quantityUnitCode.EA", "OrderInOnlineShop.TransactionID", "Order.DeliveryDate"]),
    ("Key", &["Order.Availability", "Order.Backlog", "Order.BacklogDefault", "Order.ExpectingDelivery"]),
    ("Key", &["Catalog.ItemInformation.ProductData", "Order"]),
    ("UnsupportedQuery", &["OrderConfirmation-OrderID", "DeliveryNote-OrderID", "Invoice-OrderID"]),
    ("UnsupportedQuery", &["DeliveryNote-OrderConfirmationID", "Invoice-OrderConfirmationID", "Invoice-DeliveryNoteID"]),
    ("ResultFormat", &["COUNT", "ITEM_DETAIL", "ITEM_TYPE", "ID_ONLY", "ITEM"]),
    ("StartIndex", &["-1", "99999999999999999999999", "1.0", "", " 7 "]),
    ("Disposition", &["picture", "detail_picture", "exploded_drawing", "technical_drawing", "manual", "manual_professional"]),
    ("Disposition", &["manual_customer", "tech_spec", "product_data", "general", "pdf"]),
    ("Frequence", &["Complete", "Incremental", "complete"]),
    ("Availability", &["Available", "LimitedAvailable", "NotAvailable", "available"]),
    ("Condition", &["CO10", "CO20", "CO30", "CO40", "CO50", "CO60"]),
    ("Assembly", &["AC10", "AC20", "AC30", "AC40", "AC90", "AC50"]),
    ("SalesChannel", &["RETAIL", "ONLINE", "LEASING", "PARTNER", "SHOP"]),
    ("SerialID", &["FrameNumber", "SerialNumber", "SerialNumberDisplay", "SerialNumberBattery", "Frame"]),
    ("SerialID", &["SerialNumberMotor", "SerialNumberGearHub", "KeyNumberFrameLock", "KeyNumberBattery", "Other"]),
    ("QuantityFraction", &["1.2345", "1.23450", "1.23456", "0.00001", ".0000000", "-1.00000", "1.123456789012345678901234"]),
    ("BidexProductGroupKey", &["123456", "0000123456", "1234567", "-123456", "+123456", "0", "1.0"]),
    ("kind", SERIAL_KINDS),
    ("Code", &["available", "partially_available", "expecting_delivery", "not_available"]),
];

fn ours(text: &str) -> Result<(), String> {
    let document = Document::parse(text.as_bytes(), None, &Limits::default()).map_err(|error| error.to_string())?;
    validate(document.root(), schema()).map(drop).map_err(|violation| violation.to_string())
}

const BY_DESIGN: &[ByDesign] = &[NAMESPACES, DOCTYPE, NUL];

#[test]
fn every_base_is_valid() {
    for (name, text) in bases() {
        ours(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn verdicts_are_those_of_the_official_schemas() {
    let Some(xmllint) = shared_schema("veloconnect/all.xsd").and_then(Xmllint::find) else { return };
    compare(&xmllint, &sample(mutants(&bases(), &vocabulary()), 30), ours, BY_DESIGN);
}
