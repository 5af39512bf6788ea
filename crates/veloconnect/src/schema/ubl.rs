//! The components of UBL 1.0 that veloconnect's messages use.

use ordergate_xml::schema::{
    AnyNamespace, Attribute, BOOLEAN, ComplexType, DATE, DATE_TIME, DECIMAL, Element, LANGUAGE, NORMALIZED_STRING, Process,
    STRING, Type, UNBOUNDED, any, element, many, one, optional, sequence,
};

/// CommonAggregateComponents.
pub const CAC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0";
/// CommonBasicComponents.
pub const CBC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0";
/// UnspecializedDatatypes.
pub const UDT: &str = "urn:oasis:names:specification:ubl:schema:xsd:UnspecializedDatatypes-1.0";
/// CoreComponentTypes.
pub const CCT: &str = "urn:oasis:names:specification:ubl:schema:xsd:CoreComponentTypes-1.0";
/// The catalogue module, whose ItemInformation may end an Item.
pub const CATALOG_1_1: &str = "urn:veloconnect:catalog-1.1";
pub const CATALOG_1_5: &str = "urn:veloconnect:catalog-1.5";

pub static IDENTIFIER_TYPE: ComplexType = ComplexType::named(UDT, "IdentifierType").text(&STRING).attributes(&[
    Attribute::optional("identificationSchemeID", &NORMALIZED_STRING),
    Attribute::optional("identificationSchemeAgencyID", &NORMALIZED_STRING),
]);
pub static TEXT_TYPE: ComplexType =
    ComplexType::named(UDT, "TextType").text(&STRING).attributes(&[Attribute::optional("languageID", &LANGUAGE)]);

pub static CCT_TEXT_TYPE: ComplexType =
    ComplexType::named(CCT, "TextType").text(&STRING).attributes(&[Attribute::optional("languageID", &LANGUAGE)]);
pub static NAME_TYPE: ComplexType = ComplexType::named(UDT, "NameType").text(&STRING);

pub static QUANTITY_TYPE: ComplexType = ComplexType::named(CBC, "QuantityType")
    .text(&DECIMAL)
    .attributes(&[Attribute::required("quantityUnitCode", &NORMALIZED_STRING)]);
/// What lenient mode accepts as a quantity: real clients leave the unit out.
pub static QUANTITY_WITHOUT_UNIT_TYPE: ComplexType =
    ComplexType::anonymous().text(&DECIMAL).attributes(&[Attribute::optional("quantityUnitCode", &NORMALIZED_STRING)]);
pub static PRICE_AMOUNT_TYPE: ComplexType = ComplexType::named(CBC, "PriceAmountType")
    .text(&DECIMAL)
    .attributes(&[Attribute::required("amountCurrencyID", &NORMALIZED_STRING)]);
pub static DATE_TYPE: ComplexType = ComplexType::named(CBC, "DateType").text(&DATE);
pub static DATE_TIME_TYPE: ComplexType = ComplexType::named(CBC, "DateTimeType").text(&DATE_TIME);
pub static ZONE_TYPE: ComplexType = ComplexType::named(CBC, "ZoneType").text(&STRING);
pub static INDICATOR_TYPE: ComplexType = ComplexType::named(CBC, "IndicatorType").text(&BOOLEAN);
pub static DESCRIPTION_TYPE: ComplexType =
    ComplexType::named(CBC, "DescriptionType").text(&STRING).attributes(&[Attribute::optional("languageID", &LANGUAGE)]);

pub static QUANTITY: Element = element(CBC, "Quantity", Type::Complex(&QUANTITY_TYPE));
pub static QUANTITY_WITHOUT_UNIT: Element = element(CBC, "Quantity", Type::Complex(&QUANTITY_WITHOUT_UNIT_TYPE));
pub static DELIVERY_DATE: Element = element(CBC, "DeliveryDate", Type::Complex(&DATE_TYPE));
pub static BACKLOG_INDICATOR: Element = element(CBC, "BacklogIndicator", Type::Complex(&INDICATOR_TYPE));
pub static ISSUE_DATE: Element = element(CBC, "IssueDate", Type::Complex(&DATE_TYPE));
pub static DESCRIPTION: Element = element(CBC, "Description", Type::Complex(&DESCRIPTION_TYPE));
pub static PACK_QUANTITY: Element = element(CBC, "PackQuantity", Type::Complex(&QUANTITY_TYPE));
pub static PACK_SIZE_NUMERIC: Element = element(CBC, "PackSizeNumeric", Type::Simple(&DECIMAL));
pub static PRICE_AMOUNT: Element = element(CBC, "PriceAmount", Type::Complex(&PRICE_AMOUNT_TYPE));
pub static BASE_QUANTITY: Element = element(CBC, "BaseQuantity", Type::Complex(&QUANTITY_TYPE));
pub static MAXIMUM_QUANTITY: Element = element(CBC, "MaximumQuantity", Type::Complex(&QUANTITY_TYPE));
pub static MINIMUM_QUANTITY: Element = element(CBC, "MinimumQuantity", Type::Complex(&QUANTITY_TYPE));

pub static ID: Element = element(CAC, "ID", Type::Complex(&IDENTIFIER_TYPE));
/// `ID` is all that implementations may use for now (CT, ItemIdentificationType).
pub static ITEM_IDENTIFICATION_TYPE: ComplexType =
    ComplexType::named(CAC, "ItemIdentificationType").content(&[one(&ID), any(AnyNamespace::Any, Process::Skip, 0, UNBOUNDED)]);
pub static SELLERS_ITEM_IDENTIFICATION: Element =
    element(CAC, "SellersItemIdentification", Type::Complex(&ITEM_IDENTIFICATION_TYPE));
pub static BUYERS_ITEM_IDENTIFICATION: Element =
    element(CAC, "BuyersItemIdentification", Type::Complex(&ITEM_IDENTIFICATION_TYPE));
pub static STANDARD_ITEM_IDENTIFICATION: Element =
    element(CAC, "StandardItemIdentification", Type::Complex(&ITEM_IDENTIFICATION_TYPE));
pub static MANUFACTURERS_ITEM_IDENTIFICATION: Element =
    element(CAC, "ManufacturersItemIdentification", Type::Complex(&ITEM_IDENTIFICATION_TYPE));
pub static ITEM_REPLACEMENT: Element = element(CAC, "ItemReplacement", Type::Complex(&ITEM_IDENTIFICATION_TYPE));

pub static TAX_CATEGORY_TYPE: ComplexType =
    ComplexType::named(CAC, "TaxCategoryType").content(&[any(AnyNamespace::Any, Process::Skip, 0, UNBOUNDED)]);
pub static TAX_CATEGORY: Element = element(CAC, "TaxCategory", Type::Complex(&TAX_CATEGORY_TYPE));
static CLASSIFICATION: ComplexType = ComplexType::anonymous().content(&[any(AnyNamespace::Any, Process::Skip, 0, UNBOUNDED)]);
pub static COMMODITY_CLASSIFICATION: Element = element(CAC, "CommodityClassification", Type::Complex(&CLASSIFICATION));
pub static BASE_PRICE_TYPE: ComplexType = ComplexType::named(CAC, "BasePriceType").content(&[
    one(&PRICE_AMOUNT),
    optional(&BASE_QUANTITY),
    optional(&MAXIMUM_QUANTITY),
    optional(&MINIMUM_QUANTITY),
]);
pub static BASE_PRICE: Element = element(CAC, "BasePrice", Type::Complex(&BASE_PRICE_TYPE));
pub static RECOMMENDED_RETAIL_PRICE: Element = element(CAC, "RecommendedRetailPrice", Type::Complex(&BASE_PRICE_TYPE));
/// Whether UnitPrice is a plain amount or an aggregate is an open point of the standard: both are described.
pub static UNIT_PRICE_TYPE: ComplexType = ComplexType::named(CAC, "UnitPriceType")
    .mixed(&[sequence(&[one(&PRICE_AMOUNT), optional(&BASE_QUANTITY)]).occurs(0, 1)])
    .attributes(&[Attribute::optional("amountCurrencyID", &NORMALIZED_STRING)]);
pub static UNIT_PRICE: Element = element(CAC, "UnitPrice", Type::Complex(&UNIT_PRICE_TYPE));

/// Parties and addresses of receipts: what veloconnect's copy of UBL holds there is not known, so anything may stand in them.
pub static ANYTHING_TYPE: ComplexType =
    ComplexType::named(CAC, "AnyT").content(&[any(AnyNamespace::Any, Process::Skip, 0, UNBOUNDED)]);
pub static PARTY: Element = element(CAC, "Party", Type::Complex(&ANYTHING_TYPE));
pub static DELIVERY_ADDRESS: Element = element(CAC, "DeliveryAddress", Type::Complex(&ANYTHING_TYPE));
pub static TAX_SUB_TOTAL_TYPE: ComplexType =
    ComplexType::named(CAC, "TaxSubTotalType").content(&[any(AnyNamespace::Any, Process::Skip, 0, UNBOUNDED)]);

pub static ITEM_TYPE: ComplexType = ComplexType::named(CAC, "ItemType").content(&[
    optional(&DESCRIPTION),
    optional(&PACK_QUANTITY),
    optional(&PACK_SIZE_NUMERIC),
    optional(&BUYERS_ITEM_IDENTIFICATION),
    optional(&SELLERS_ITEM_IDENTIFICATION),
    optional(&MANUFACTURERS_ITEM_IDENTIFICATION),
    optional(&STANDARD_ITEM_IDENTIFICATION),
    optional(&TAX_CATEGORY),
    many(&BASE_PRICE),
    optional(&RECOMMENDED_RETAIL_PRICE),
    any(AnyNamespace::OneOf(&[CATALOG_1_1, CATALOG_1_5]), Process::Lax, 0, 1),
]);
pub static ITEM: Element = element(CAC, "Item", Type::Complex(&ITEM_TYPE));
