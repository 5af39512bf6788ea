//! The frame of every message: RequestType read, ResponseType written (3.1, 3.2).
//!
//! Its elements are in transaction-1.0 under whatever root they stand.

use ordergate_xml::{Node, XmlWriter};

use crate::codes::ResponseCode;
use crate::lenient::Lenient;
use crate::schema::order::ORDER_1_1;
use crate::schema::receipt::RECEIPT_1_3;
use crate::schema::sale::{SALE_B2B_1_6, SALE_B2X_1_6};
use crate::schema::stock::{STOCK_B2B_1_4, STOCK_B2C_1_4};
use crate::schema::transaction::TRANSACTION_1_0;
use crate::schema::ubl::{CAC, CBC};
use crate::search_result;
use crate::text::one_line;

/// What a request says about itself. Read from documents that were not checked too, so that even a
/// refusal echoes what the client sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct RequestFrame {
    pub buyer: String,
    pub password: String,
    pub seller: Option<String>,
    pub transaction: Option<String>,
    /// `None` if the request does not say; that means "no test" (D-TEST 2).
    pub is_test: Option<bool>,
}

impl std::fmt::Debug for RequestFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestFrame").field("buyer", &self.buyer).field("transaction", &self.transaction).finish_non_exhaustive()
    }
}

impl RequestFrame {
    /// Reads the children of a request's root by their local names.
    pub(crate) fn read(root: Node<'_>, lenient: Lenient) -> Self {
        let text = |node: Node<'_>| {
            let text = one_line(&node.text());
            if lenient.white_space { text.trim().to_owned() } else { text }
        };
        let child = |name: &str| root.children().find(|c| c.name() == name);
        let password = child("Credential").and_then(|c| c.children().find(|p| p.name() == "Password"));
        Self {
            buyer: child("BuyersID").map(text).unwrap_or_default(),
            password: password.map(|p| p.text().into_owned()).unwrap_or_default(),
            seller: child("SellersID").map(text).filter(|s| !s.is_empty()),
            transaction: child("TransactionID").map(text),
            is_test: child("IsTest").and_then(|t| read_boolean(&t.text())),
        }
    }
}

/// `true`, `false`, `1`, `0`; in any case, because there are clients that write `True`.
pub(crate) fn read_boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// What an answer says about itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResponseFrame<'r> {
    pub buyer: &'r str,
    pub code: Option<ResponseCode>,
    pub message: Option<String>,
    /// Never from version 1.3 on.
    pub seller: Option<&'r str>,
    pub transaction: Option<&'r str>,
    /// The state after the operation.
    pub state: Option<u8>,
    /// The request's own value (D-TEST 3).
    pub is_test: Option<bool>,
}

/// The frame's element names, as they are written under a root in another namespace or in its own.
struct Names {
    buyers_id: &'static str,
    response_code: &'static str,
    response_message: &'static str,
    sellers_id: &'static str,
    transaction_id: &'static str,
    status_code: &'static str,
    is_test: &'static str,
}

const PREFIXED: Names = Names {
    buyers_id: "vct:BuyersID",
    response_code: "vct:ResponseCode",
    response_message: "vct:ResponseMessage",
    sellers_id: "vct:SellersID",
    transaction_id: "vct:TransactionID",
    status_code: "vct:StatusCode",
    is_test: "vct:IsTest",
};

const OWN: Names = Names {
    buyers_id: "BuyersID",
    response_code: "ResponseCode",
    response_message: "ResponseMessage",
    sellers_id: "SellersID",
    transaction_id: "TransactionID",
    status_code: "StatusCode",
    is_test: "IsTest",
};

/// Begins an answer: declaration (there are clients that look for it), root and frame, in the order of
/// the schema. The root stays open.
pub(crate) fn begin(ns: &str, response: &str, frame: &ResponseFrame<'_>) -> XmlWriter {
    let mut w = XmlWriter::new();
    w.declaration().start(response).attr("xmlns", ns);
    let names = if ns == TRANSACTION_1_0 {
        OWN
    } else {
        w.attr("xmlns:vct", TRANSACTION_1_0);
        PREFIXED
    };
    let with_items = [ORDER_1_1, RECEIPT_1_3, STOCK_B2B_1_4, STOCK_B2C_1_4, SALE_B2B_1_6, SALE_B2X_1_6].contains(&ns);
    if with_items || response == search_result::RESPONSE {
        w.attr("xmlns:cac", CAC).attr("xmlns:cbc", CBC);
    }
    w.leaf(names.buyers_id, frame.buyer);
    w.leaf(names.response_code, frame.code.unwrap_or(ResponseCode::Ok).text());
    if let Some(message) = &frame.message {
        w.leaf(names.response_message, message);
    }
    if let Some(seller) = frame.seller {
        w.leaf(names.sellers_id, seller);
    }
    if let Some(transaction) = frame.transaction {
        w.leaf(names.transaction_id, transaction);
    }
    if let Some(state) = frame.state {
        w.leaf(names.status_code, &state.to_string());
    }
    if let Some(is_test) = frame.is_test {
        w.leaf(names.is_test, if is_test { "true" } else { "false" });
    }
    w
}
