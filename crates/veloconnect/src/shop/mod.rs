//! OrderInOnlineShop (D-OIOS): the basket of the seller's web shop, as an order transaction.
//!
//! Each buyer has exactly one instance, always, under one fixed TransactionID: in state 1 while the basket is empty, in state 2
//! while it is filled. It is compared with the shop's basket before each request that names it, and the shop is told what a
//! request changed. Finishing it places the order and empties the basket.

mod basket;
mod instance;
mod options;

pub use basket::{ShopBasket, ShopContent, ShopError, ShopLine};
pub(crate) use instance::{is_named, open, tell};
pub use options::ShopOptions;
