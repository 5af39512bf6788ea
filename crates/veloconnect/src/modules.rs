//! Which parts of the standard are offered. What is switched off is not in the profile, and is answered 404 in its own answer
//! (veloconnect 8). GetProfile, GetItemDetails and GetItemDetailsList are a must (veloconnect 1, 40).

use serde::Deserialize;

/// The section `veloconnect.modules`. OrderInOnlineShop is switched on by the section `veloconnect.shop`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the configuration")]
pub struct Modules {
    /// A must up to 1.2, optional since 1.3 (veloconnect 26). Off, it still answers requests from which no operation can be told.
    pub get_status: bool,
    /// Optional since 1.3.
    pub rollback: bool,
    pub order: bool,
    /// A must since 1.1 (veloconnect 41): to be switched off only where there is no catalogue.
    pub text_search: bool,
    pub classification_scheme: bool,
    pub offer: bool,
    pub order_confirmation: bool,
    pub delivery_note: bool,
    pub invoice_information: bool,
    pub stock_b2b: bool,
    pub stock_b2c: bool,
    pub sale_b2b: bool,
    pub sale_b2x: bool,
}

impl Default for Modules {
    fn default() -> Self {
        Self {
            get_status: true,
            rollback: true,
            order: true,
            text_search: true,
            classification_scheme: true,
            offer: true,
            order_confirmation: true,
            delivery_note: true,
            invoice_information: true,
            stock_b2b: true,
            stock_b2c: true,
            sale_b2b: true,
            sale_b2x: true,
        }
    }
}

impl Modules {
    /// Whether an operation, or a transaction that the profile lists, is switched on. `has_shop` stands for OrderInOnlineShop,
    /// which has the operations of an order.
    pub(crate) fn offers(&self, name: &str, has_shop: bool) -> bool {
        match name {
            "GetStatus" => self.get_status,
            "Rollback" => self.rollback,
            "Order" => self.order,
            "OrderInOnlineShop" => has_shop,
            "CreateOrder" | "UpdateOrder" | "ViewOrder" | "FinishOrder" => self.order || has_shop,
            "TextSearch" | "CreateTextSearch" | "SearchResult" => self.text_search,
            "GetClassificationScheme" => self.classification_scheme,
            "OfferQuery" | "OfferDetails" => self.offer,
            "OrderConfirmationQuery" | "OrderConfirmationDetails" => self.order_confirmation,
            "DeliveryNoteQuery" | "DeliveryNoteDetails" => self.delivery_note,
            "InvoiceInformationQuery" | "InvoiceInformationDetails" => self.invoice_information,
            "StockTransmitB2B" | "GetItemStatusStockTransmitB2B" => self.stock_b2b,
            "StockTransmitB2C" | "GetItemStatusStockTransmitB2C" => self.stock_b2c,
            "SaleTransmitB2B" | "GetStatusSaleTransmitB2B" => self.sale_b2b,
            "SaleTransmitB2X" | "GetStatusSaleTransmitB2X" => self.sale_b2x,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::operation::OPERATIONS;

    #[test]
    fn all_but_what_the_standard_demands_can_be_switched_off() {
        let names = ["get_status", "rollback", "order", "text_search", "classification_scheme", "offer", "order_confirmation"];
        let more = ["delivery_note", "invoice_information", "stock_b2b", "stock_b2c", "sale_b2b", "sale_b2x"];
        let text: Vec<String> = names.iter().chain(&more).map(|name| format!("{name} = false")).collect();
        let none: Modules = toml::from_str(&text.join("\n")).unwrap();
        let left: Vec<_> = OPERATIONS.iter().map(|op| op.name).filter(|name| none.offers(name, false)).collect();
        assert_eq!(left, ["GetProfile", "GetItemDetails", "GetItemDetailsList"]);
        assert!(OPERATIONS.iter().all(|op| Modules::default().offers(op.name, false)));
        assert!(toml::from_str::<Modules>("get_item_details = false").is_err());
    }
}
