//! Products of a standing item become further items of its order.

use super::{Item, Order};

/// Appends products to an order that has an [active](Item::is_active) standing item. They are Accepted or Suspended, and wait
/// for their production, or Completed, and came ready; none of that moves the order, which is Suspended or InProduction.
///
/// Their history begins with the order's entry that tells of them, as that of the first items does with the submission.
pub fn append(order: &mut Order, products: Vec<Item>) {
    order.items.extend(products);
    order.revision += 1;
}
