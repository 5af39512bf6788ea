//! GetItemDetails (7.3, D-GID): what is this article, and can it be had?

use jiff::civil::Date;
use ordergate_xml::{Node, XmlWriter};
use rust_decimal::Decimal;

use crate::Context;
use crate::articles::{Found, Lookup, Quantity};
use crate::basket::LineProblem;
use crate::binding::Incoming;
use crate::call::{Call, Failure, refusal};
use crate::frame::begin;
use crate::item::{quantity, sellers_id, write_availability, write_item, write_replacement, write_unknown};

const RESPONSE: &str = "GetItemDetailsResponse";

/// An article asked for, here or in a list.
pub(crate) struct Question {
    id: String,
    /// What the availability is wanted for; nothing said means the least that can be ordered.
    quantity: Option<(Decimal, Option<String>)>,
}

impl Question {
    /// The request, or an entry of a list: the number, and a quantity if wanted.
    pub(crate) fn read(node: Node<'_>, strict: bool) -> Result<Self, LineProblem> {
        let id = sellers_id(node);
        let quantity = match quantity(node, strict) {
            None => None,
            Some(sent) => {
                let bad = || LineProblem::BadQuantity(id.clone());
                let value = sent.value.ok_or_else(bad)?;
                if !(Quantity { value, unit: String::new() }).is_sane() {
                    return Err(bad());
                }
                Some((value, sent.unit))
            }
        };
        Ok(Self { id, quantity })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn answer(&self, w: &mut XmlWriter, call: &Call<'_>, articles: &Found) {
        write_detail(w, &self.id, articles.get(&self.id), self.quantity.clone(), call.today, call.catalog_ns());
    }
}

/// The answer: the item with its availability, or a replacement, or that it is unknown. None of them is an error: the
/// code is 200 (veloconnect 42).
pub(crate) fn write_detail(
    w: &mut XmlWriter,
    id: &str,
    lookup: &Lookup,
    quantity: Option<(Decimal, Option<String>)>,
    today: Date,
    catalog: &str,
) {
    match lookup {
        // 1: not a valid number: a replacement if possible, else unknown.
        Lookup::Replaced(by) => write_replacement(w, id, by),
        Lookup::Unknown => write_unknown(w, id),
        // 2: master data; 3: availability from current data.
        Lookup::Known(article) => {
            write_item(w, article, None, catalog);
            let (value, unit) = quantity.unwrap_or((article.step, None));
            let wanted = Quantity { value, unit: unit.unwrap_or_else(|| article.unit.clone()) };
            // Of a unit that has nothing to do with the article's nothing can be said.
            if article.ratio(&wanted.unit).is_some() {
                write_availability(w, &article.availability(&wanted, None, today));
            }
        }
    }
}

pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let question = Question::read(call.incoming.document.root(), !call.lenient().unit_case)?;
    let articles = call.find([question.id()]).await?;
    let mut w = begin(call.incoming.ns, RESPONSE, &call.success());
    question.answer(&mut w, call, &articles);
    Ok(w.finish())
}

/// 3.3: one of the three is a must: ItemUnknown with the number that was sent.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let mut w = begin(incoming.ns, RESPONSE, &refusal(context, incoming, failure));
    write_unknown(&mut w, &sellers_id(incoming.document.root()));
    w.finish()
}
