//! Every operation of veloconnect 1.0 to 1.6, implemented or not: one table.

use ordergate_xml::schema::Element;

use crate::lenient::Lenient;
use crate::schema::order;
use crate::schema::order::ORDER_1_1;
use crate::schema::profile::{self, PROFILE_1_1, PROFILE_1_4, PROFILE_1_5, PROFILE_1_6};
use crate::schema::transaction::{self, TRANSACTION_1_0, TRANSACTION_1_4, TRANSACTION_1_6};
use crate::schema::ubl::{CATALOG_1_1, CATALOG_1_5};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Nobody: an operation that this server does not offer is answered 404.
    NotOffered(Envelope),
}

/// The answer of an operation that is not offered, as far as it must be filled to be valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// The response element with nothing but the ResponseType.
    Plain(&'static str),
    /// The same, with TransactionID and StatusCode.
    Transaction(&'static str),
    /// CreateTextSearchResponse: also TotalCount.
    TotalCount(&'static str),
    /// The import results: also StartIndex, Count and TotalCount.
    Page(&'static str),
    /// SearchResultResponse: also ResultFormat.
    ResultPage(&'static str),
    /// The response cannot be valid without data: GetStatusResponse speaks for it.
    GetStatus,
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
            Self::Receipt => &[("urn:veloconnect:receipt-1.3", Version::V1_3)],
            Self::StockB2B => &[("urn:veloconnect:stock-B2B-1.4", Version::V1_4)],
            Self::StockB2C => &[("urn:veloconnect:stock-B2C-1.4", Version::V1_4)],
            Self::SaleB2B => &[("urn:veloconnect:sale-B2B-1.6", Version::V1_6)],
            Self::SaleB2X => &[("urn:veloconnect:sale-B2X-1.6", Version::V1_6)],
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
            Handler::NotOffered(_) => None,
        }
    }
}

const fn op(name: &'static str, request: &'static str, module: Module, handler: Handler) -> Operation {
    Operation { name, request, module, handler }
}

use Envelope::{Page, Plain, ResultPage, TotalCount, Transaction};
use Handler::NotOffered;

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
    op("CreateTextSearch", "CreateTextSearchRequest", Module::Catalog, NotOffered(TotalCount("CreateTextSearchResponse"))),
    op("SearchResult", "SearchResultRequest", Module::Catalog, NotOffered(ResultPage("SearchResultResponse"))),
    op("GetClassificationScheme", "GetClassificationSchemeRequest", Module::Catalog, NotOffered(Envelope::GetStatus)),
    op("OfferQuery", "OfferQueryRequest", Module::Receipt, NotOffered(Plain("OfferQueryResponse"))),
    op("OfferDetails", "OfferDetailsRequest", Module::Receipt, NotOffered(Plain("OfferDetailsResponse"))),
    op(
        "OrderConfirmationQuery",
        "OrderConfirmationQueryRequest",
        Module::Receipt,
        NotOffered(Plain("OrderConfirmationQueryResponse")),
    ),
    op(
        "OrderConfirmationDetails",
        "OrderConfirmationDetailsRequest",
        Module::Receipt,
        NotOffered(Plain("OrderConfirmationDetailsResponse")),
    ),
    op("DeliveryNoteQuery", "DeliveryNoteQueryRequest", Module::Receipt, NotOffered(Plain("DeliveryNoteQueryResponse"))),
    op("DeliveryNoteDetails", "DeliveryNoteDetailsRequest", Module::Receipt, NotOffered(Plain("DeliveryNoteDetailsResponse"))),
    op(
        "InvoiceInformationQuery",
        "InvoiceInformationQueryRequest",
        Module::Receipt,
        NotOffered(Plain("InvoiceInformationQueryResponse")),
    ),
    op(
        "InvoiceInformationDetails",
        "InvoiceInformationDetailsRequest",
        Module::Receipt,
        NotOffered(Plain("InvoiceInformationDetailsResponse")),
    ),
    op("StockTransmitB2B", "StockTransmitB2BRequest", Module::StockB2B, NotOffered(Transaction("StockTransmitB2BResponse"))),
    op(
        "GetItemStatusStockTransmitB2B",
        "GetItemStatusStockTransmitB2BRequest",
        Module::StockB2B,
        NotOffered(Page("GetItemStatusStockTransmitB2BResponse")),
    ),
    op("StockTransmitB2C", "StockTransmitB2CRequest", Module::StockB2C, NotOffered(Transaction("StockTransmitB2CResponse"))),
    op(
        "GetItemStatusStockTransmitB2C",
        "GetItemStatusStockTransmitB2CRequest",
        Module::StockB2C,
        NotOffered(Page("GetItemStatusStockTransmitB2CResponse")),
    ),
    op("SaleTransmitB2B", "SaleTransmitB2BRequest", Module::SaleB2B, NotOffered(Transaction("SaleTransmitB2BResponse"))),
    op(
        "GetStatusSaleTransmitB2B",
        "GetStatusSaleTransmitB2BRequest",
        Module::SaleB2B,
        NotOffered(Page("GetStatusSaleTransmitB2BResponse")),
    ),
    op("SaleTransmitB2X", "SaleTransmitB2XRequest", Module::SaleB2X, NotOffered(Transaction("SaleTransmitB2XResponse"))),
    op(
        "GetStatusSaleTransmitB2X",
        "GetStatusSaleTransmitB2XRequest",
        Module::SaleB2X,
        NotOffered(Page("GetStatusSaleTransmitB2XResponse")),
    ),
];
