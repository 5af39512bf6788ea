//! Every operation of veloconnect 1.0 to 1.6, implemented or not: one table.

use ordergate_engine::transaction::Kind;
use ordergate_store::ReceiptKind;
use ordergate_xml::schema::Element;

use crate::lenient::Lenient;
use crate::schema::catalog;
use crate::schema::order;
use crate::schema::order::ORDER_1_1;
use crate::schema::profile::{self, PROFILE_1_1, PROFILE_1_4, PROFILE_1_5, PROFILE_1_6};
use crate::schema::receipt::{self, RECEIPT_1_3};
use crate::schema::transaction::{self, TRANSACTION_1_0, TRANSACTION_1_4, TRANSACTION_1_6};
use crate::schema::ubl::{CATALOG_1_1, CATALOG_1_5};
use crate::schema::{sale, stock};
use crate::transmission::Channel;
use crate::version::{Version, split_namespace};

/// An operation of the standard.
#[derive(Debug)]
pub(crate) struct Operation {
    pub name: &'static str,
    /// The local name of the request, which is also the URL binding's `RequestName`.
    pub request: &'static str,
    pub module: Module,
    pub handler: Handler,
}

/// Who answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handler {
    GetProfile,
    GetStatus,
    Rollback,
    GetItemDetails,
    GetItemDetailsList,
    CreateOrder,
    UpdateOrder,
    ViewOrder,
    FinishOrder,
    CreateTextSearch,
    SearchResult,
    GetClassificationScheme,
    /// Stock or sales of this kind arrive.
    Transmit(&'static Channel),
    /// What became of them.
    Fetch(&'static Channel),
    /// The search for receipts of a kind.
    ReceiptQuery(ReceiptKind),
    /// Receipts of a kind, by their ids.
    ReceiptDetails(ReceiptKind),
}

/// A module of the standard: the first part of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Module {
    Transaction,
    /// Rollback stayed in transaction-1.0 when GetStatus moved on.
    TransactionFirst,
    Profile,
    Order,
    Catalog,
    Receipt,
    StockB2B,
    StockB2C,
    SaleB2B,
    SaleB2X,
}

impl Module {
    const fn name(self) -> &'static str {
        match self {
            Self::Transaction | Self::TransactionFirst => "transaction",
            Self::Profile => "profile",
            Self::Order => "order",
            Self::Catalog => "catalog",
            Self::Receipt => "receipt",
            Self::StockB2B => "stock-B2B",
            Self::StockB2C => "stock-B2C",
            Self::SaleB2B => "sale-B2B",
            Self::SaleB2X => "sale-B2X",
        }
    }

    /// The namespaces there are, oldest first, each with the version of the standard that a document
    /// in it is taken to speak.
    const fn namespaces(self) -> &'static [(&'static str, Version)] {
        match self {
            Self::Transaction => {
                &[(TRANSACTION_1_0, Version::V1_1), (TRANSACTION_1_4, Version::V1_4), (TRANSACTION_1_6, Version::V1_6)]
            }
            Self::TransactionFirst => &[(TRANSACTION_1_0, Version::V1_1)],
            Self::Profile => &[
                (PROFILE_1_1, Version::V1_1),
                (PROFILE_1_4, Version::V1_4),
                (PROFILE_1_5, Version::V1_5),
                (PROFILE_1_6, Version::V1_6),
            ],
            Self::Order => &[(ORDER_1_1, Version::V1_1)],
            Self::Catalog => &[(CATALOG_1_1, Version::V1_1), (CATALOG_1_5, Version::V1_5)],
            Self::Receipt => &[(RECEIPT_1_3, Version::V1_3)],
            Self::StockB2B => &[(stock::STOCK_B2B_1_4, Version::V1_4)],
            Self::StockB2C => &[(stock::STOCK_B2C_1_4, Version::V1_4)],
            Self::SaleB2B => &[(sale::SALE_B2B_1_6, Version::V1_6)],
            Self::SaleB2X => &[(sale::SALE_B2X_1_6, Version::V1_6)],
        }
    }

    /// The namespace in which a version is spoken: the newest not above it, or the oldest there is.
    pub(crate) fn namespace(self, version: Version) -> &'static str {
        let all = self.namespaces();
        all.iter().rev().find(|(_, v)| *v <= version).unwrap_or(&all[0]).0
    }
}

/// What a request's namespace says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// One of the module's: the answer is in the same.
    Known(&'static str, Version),
    /// The module in a version without a schema, but one that the standard has or had: read as the
    /// nearest one not above it.
    Nearest(&'static str, Version),
    /// The module in a version that the standard does not have.
    OutOfDate,
    /// No namespace, another module's, or a misspelt one.
    Foreign,
}

impl Operation {
    pub(crate) fn by_request(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|op| op.request == name)
    }

    /// `RequestName` in lenient mode: any case.
    pub(crate) fn by_request_any_case(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|op| op.request.eq_ignore_ascii_case(name))
    }

    pub(crate) fn dialect(&self, ns: &str) -> Dialect {
        if let Some((known, version)) = self.module.namespaces().iter().find(|(known, _)| *known == ns) {
            return Dialect::Known(known, *version);
        }
        match split_namespace(ns) {
            Some((module, version)) if module == self.module.name() => match Version::from_text(version) {
                Some(version) => Dialect::Nearest(self.module.namespace(version), version),
                None => Dialect::OutOfDate,
            },
            _ => Dialect::Foreign,
        }
    }

    /// The request's declaration in a namespace, as the schema has it or with units that may be missing;
    /// `None` for operations that are not offered.
    pub(crate) fn request_element(&self, ns: &str, lenient: Lenient) -> Option<&'static Element> {
        use order::{exact, tolerant};
        let pick = |e: &'static Element, t: &'static Element| Some(if lenient.missing_units { t } else { e });
        match self.handler {
            Handler::GetProfile => [
                &profile::v1_1::GET_PROFILE_REQUEST,
                &profile::v1_4::GET_PROFILE_REQUEST,
                &profile::v1_5::GET_PROFILE_REQUEST,
                &profile::v1_6::GET_PROFILE_REQUEST,
            ]
            .into_iter()
            .find(|e| e.ns == ns),
            Handler::GetStatus => {
                [&transaction::GET_STATUS_REQUEST, &transaction::v1_4::GET_STATUS_REQUEST, &transaction::v1_6::GET_STATUS_REQUEST]
                    .into_iter()
                    .find(|e| e.ns == ns)
            }
            Handler::Rollback => Some(&transaction::ROLLBACK_REQUEST),
            Handler::GetItemDetails => pick(&exact::GET_ITEM_DETAILS_REQUEST, &tolerant::GET_ITEM_DETAILS_REQUEST),
            Handler::GetItemDetailsList => pick(&exact::GET_ITEM_DETAILS_LIST_REQUEST, &tolerant::GET_ITEM_DETAILS_LIST_REQUEST),
            Handler::CreateOrder => pick(&exact::CREATE_ORDER_REQUEST, &tolerant::CREATE_ORDER_REQUEST),
            Handler::UpdateOrder => pick(&exact::UPDATE_ORDER_REQUEST, &tolerant::UPDATE_ORDER_REQUEST),
            Handler::ViewOrder => Some(&order::VIEW_ORDER_REQUEST),
            Handler::FinishOrder => Some(&order::FINISH_ORDER_REQUEST),
            Handler::CreateTextSearch => {
                of_catalog(ns, &catalog::v1_1::CREATE_TEXT_SEARCH_REQUEST, &catalog::v1_5::CREATE_TEXT_SEARCH_REQUEST)
            }
            Handler::SearchResult if !lenient.empty_values => {
                of_catalog(ns, &catalog::v1_1::SEARCH_RESULT_REQUEST, &catalog::v1_5::SEARCH_RESULT_REQUEST)
            }
            Handler::SearchResult => {
                of_catalog(ns, &catalog::v1_1::SEARCH_RESULT_REQUEST_TOLERANT, &catalog::v1_5::SEARCH_RESULT_REQUEST_TOLERANT)
            }
            Handler::GetClassificationScheme => of_catalog(
                ns,
                &catalog::v1_1::GET_CLASSIFICATION_SCHEME_REQUEST,
                &catalog::v1_5::GET_CLASSIFICATION_SCHEME_REQUEST,
            ),
            Handler::Transmit(channel) => match channel.kind {
                Kind::B2BStock => pick(&stock::b2b::exact::REQUEST, &stock::b2b::tolerant::REQUEST),
                Kind::B2CStock => pick(&stock::b2c::exact::REQUEST, &stock::b2c::tolerant::REQUEST),
                Kind::B2BSale => Some(&sale::b2b::REQUEST),
                Kind::B2XSale => pick(&sale::b2x::exact::REQUEST, &sale::b2x::tolerant::REQUEST),
                Kind::Order | Kind::OrderInOnlineShop | Kind::TextSearch => None,
            },
            Handler::Fetch(channel) => match channel.kind {
                Kind::B2BStock => Some(&stock::b2b::STATUS_REQUEST),
                Kind::B2CStock => Some(&stock::b2c::STATUS_REQUEST),
                Kind::B2BSale => Some(&sale::b2b::STATUS_REQUEST),
                Kind::B2XSale => Some(&sale::b2x::STATUS_REQUEST),
                Kind::Order | Kind::OrderInOnlineShop | Kind::TextSearch => None,
            },
            Handler::ReceiptQuery(kind) => Some(match kind {
                ReceiptKind::Offer => &receipt::offer::QUERY_REQUEST,
                ReceiptKind::OrderConfirmation => &receipt::order_confirmation::QUERY_REQUEST,
                ReceiptKind::DeliveryNote => &receipt::delivery_note::QUERY_REQUEST,
                ReceiptKind::Invoice => &receipt::invoice::QUERY_REQUEST,
            }),
            Handler::ReceiptDetails(kind) => Some(match kind {
                ReceiptKind::Offer => &receipt::offer::DETAILS_REQUEST,
                ReceiptKind::OrderConfirmation => &receipt::order_confirmation::DETAILS_REQUEST,
                ReceiptKind::DeliveryNote => &receipt::delivery_note::DETAILS_REQUEST,
                ReceiptKind::Invoice => &receipt::invoice::DETAILS_REQUEST,
            }),
        }
    }

    /// Whether the standard has it as XML-POST only.
    pub(crate) const fn is_xml_only(&self) -> bool {
        matches!(self.handler, Handler::Transmit(_) | Handler::Fetch(_))
    }
}

/// Of a request's declarations in the two versions of the catalogue module, the one in this namespace.
fn of_catalog(ns: &str, old: &'static Element, new: &'static Element) -> Option<&'static Element> {
    [old, new].into_iter().find(|e| e.ns == ns)
}

const fn op(name: &'static str, request: &'static str, module: Module, handler: Handler) -> Operation {
    Operation { name, request, module, handler }
}

pub(crate) static OPERATIONS: &[Operation] = &[
    op("GetProfile", "GetProfileRequest", Module::Profile, Handler::GetProfile),
    op("GetStatus", "GetStatusRequest", Module::Transaction, Handler::GetStatus),
    op("Rollback", "RollbackRequest", Module::TransactionFirst, Handler::Rollback),
    op("GetItemDetails", "GetItemDetailsRequest", Module::Order, Handler::GetItemDetails),
    op("GetItemDetailsList", "GetItemDetailsListRequest", Module::Order, Handler::GetItemDetailsList),
    op("CreateOrder", "CreateOrderRequest", Module::Order, Handler::CreateOrder),
    op("UpdateOrder", "UpdateOrderRequest", Module::Order, Handler::UpdateOrder),
    op("ViewOrder", "ViewOrderRequest", Module::Order, Handler::ViewOrder),
    op("FinishOrder", "FinishOrderRequest", Module::Order, Handler::FinishOrder),
    op("CreateTextSearch", "CreateTextSearchRequest", Module::Catalog, Handler::CreateTextSearch),
    op("SearchResult", "SearchResultRequest", Module::Catalog, Handler::SearchResult),
    op("GetClassificationScheme", "GetClassificationSchemeRequest", Module::Catalog, Handler::GetClassificationScheme),
    op("OfferQuery", "OfferQueryRequest", Module::Receipt, Handler::ReceiptQuery(ReceiptKind::Offer)),
    op("OfferDetails", "OfferDetailsRequest", Module::Receipt, Handler::ReceiptDetails(ReceiptKind::Offer)),
    op(
        "OrderConfirmationQuery",
        "OrderConfirmationQueryRequest",
        Module::Receipt,
        Handler::ReceiptQuery(ReceiptKind::OrderConfirmation),
    ),
    op(
        "OrderConfirmationDetails",
        "OrderConfirmationDetailsRequest",
        Module::Receipt,
        Handler::ReceiptDetails(ReceiptKind::OrderConfirmation),
    ),
    op("DeliveryNoteQuery", "DeliveryNoteQueryRequest", Module::Receipt, Handler::ReceiptQuery(ReceiptKind::DeliveryNote)),
    op("DeliveryNoteDetails", "DeliveryNoteDetailsRequest", Module::Receipt, Handler::ReceiptDetails(ReceiptKind::DeliveryNote)),
    op("InvoiceInformationQuery", "InvoiceInformationQueryRequest", Module::Receipt, Handler::ReceiptQuery(ReceiptKind::Invoice)),
    op(
        "InvoiceInformationDetails",
        "InvoiceInformationDetailsRequest",
        Module::Receipt,
        Handler::ReceiptDetails(ReceiptKind::Invoice),
    ),
    op("StockTransmitB2B", "StockTransmitB2BRequest", Module::StockB2B, Handler::Transmit(Channel::STOCK_B2B)),
    op(
        "GetItemStatusStockTransmitB2B",
        "GetItemStatusStockTransmitB2BRequest",
        Module::StockB2B,
        Handler::Fetch(Channel::STOCK_B2B),
    ),
    op("StockTransmitB2C", "StockTransmitB2CRequest", Module::StockB2C, Handler::Transmit(Channel::STOCK_B2C)),
    op(
        "GetItemStatusStockTransmitB2C",
        "GetItemStatusStockTransmitB2CRequest",
        Module::StockB2C,
        Handler::Fetch(Channel::STOCK_B2C),
    ),
    op("SaleTransmitB2B", "SaleTransmitB2BRequest", Module::SaleB2B, Handler::Transmit(Channel::SALE_B2B)),
    op("GetStatusSaleTransmitB2B", "GetStatusSaleTransmitB2BRequest", Module::SaleB2B, Handler::Fetch(Channel::SALE_B2B)),
    op("SaleTransmitB2X", "SaleTransmitB2XRequest", Module::SaleB2X, Handler::Transmit(Channel::SALE_B2X)),
    op("GetStatusSaleTransmitB2X", "GetStatusSaleTransmitB2XRequest", Module::SaleB2X, Handler::Fetch(Channel::SALE_B2X)),
];
