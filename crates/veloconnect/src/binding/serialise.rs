//! Parameters as the document of which they are the serialisation (2.3), each element labelled with the
//! parameter that it comes from.

use std::collections::HashMap;

use ordergate_xml::error::Rule;
use ordergate_xml::reader::DocumentBuilder;
use ordergate_xml::validate::validate_as;
use ordergate_xml::{Document, Node, Violation};

use super::Incoming;
use super::url::{Parameters, single};
use crate::codes::ResponseCode;
use crate::frame::{RequestFrame, read_boolean};
use crate::message::Message;
use crate::operation::{Handler, Operation};
use crate::options::Language;
use crate::receipts::Names;
use crate::schema::order::ORDER_1_1;
use crate::schema::receipt::RECEIPT_1_3;
use crate::schema::schema;
use crate::schema::transaction::TRANSACTION_1_0;
use crate::schema::ubl::{CAC, CBC};
use crate::version::Version;

const UNIT: &str = "quantityUnitCode";

/// The request that parameters mean, checked against the schema.
pub(super) fn incoming(operation: &'static Operation, version: Version, parameters: &Parameters) -> Incoming {
    let ns = operation.module.namespace(version);
    let (document, first_problem) = Serialiser::new(operation, version, ns, parameters).document();
    let frame = RequestFrame::read(document.root(), parameters.lenient());
    let broken = parameters.broken().map(|name| Message::BadEscape(name.to_owned()));
    let xml_only = operation.is_xml_only().then_some(Message::XmlPostOnly(operation.name));
    let problem = broken.or(xml_only).or(first_problem).or_else(|| {
        let element = operation.request_element(ns, parameters.lenient())?;
        validate_as(document.root(), element, schema()).err().map(|violation| explain(&document, &violation))
    });
    let problem = problem.map(|message| (ResponseCode::Syntax, message));
    Incoming { operation, version, ns, document, frame, problem, language: Language::default() }
}

struct Serialiser<'p> {
    operation: &'static Operation,
    version: Version,
    ns: &'static str,
    parameters: &'p Parameters,
    builder: DocumentBuilder,
    /// The first thing wrong; the document goes on without it, so that a refusal can echo the rest.
    problem: Option<Message>,
}

impl<'p> Serialiser<'p> {
    fn new(operation: &'static Operation, version: Version, ns: &'static str, parameters: &'p Parameters) -> Self {
        let builder = DocumentBuilder::new(ns, operation.request, Some("RequestName"));
        Self { operation, version, ns, parameters, builder, problem: None }
    }

    fn document(mut self) -> (Document, Option<Message>) {
        self.frame();
        match self.operation.handler {
            Handler::GetItemDetails => self.item(),
            Handler::GetItemDetailsList => self.entries(),
            Handler::CreateOrder | Handler::UpdateOrder => self.lines(),
            Handler::CreateTextSearch => self.search_string(),
            Handler::SearchResult => self.range(),
            Handler::ReceiptQuery(kind) => self.receipt_query(Names::of(kind)),
            Handler::ReceiptDetails(kind) => self.receipt_ids(Names::of(kind)),
            _ => {}
        }
        (self.builder.finish(), self.problem)
    }

    fn single(&mut self, name: &str) -> Option<&'p str> {
        match self.parameters.single(name) {
            Ok(value) => value,
            Err(message) => {
                self.problem.get_or_insert(message);
                self.parameters.values(name).first().copied()
            }
        }
    }

    /// With the leniency `empty_values` an empty number, date or truth value is none at all.
    fn unless_empty(&self, value: Option<&'p str>) -> Option<&'p str> {
        value.filter(|v| !self.parameters.lenient().empty_values || !v.trim().is_empty())
    }

    fn frame(&mut self) {
        if let Some(value) = self.single("BuyersID") {
            self.leaf(TRANSACTION_1_0, "BuyersID", "BuyersID", value);
        }
        if let Some(value) = self.single("Password") {
            self.builder.open(TRANSACTION_1_0, "Credential", Some("Password"));
            self.leaf(TRANSACTION_1_0, "Password", "Password", value);
            self.builder.close();
        }
        // Not in use any more from 1.3 on (D-REQ).
        if let Some(value) = self.single("SellersID").filter(|_| self.version.knows_sellers_id()) {
            self.leaf(TRANSACTION_1_0, "SellersID", "SellersID", value);
        }
        if let Some(value) = self.single("TransactionID") {
            self.leaf(TRANSACTION_1_0, "TransactionID", "TransactionID", value);
        }
        let is_test = self.single("IsTest");
        if let Some(value) = self.unless_empty(is_test) {
            let value = self.boolean(value);
            self.leaf(TRANSACTION_1_0, "IsTest", "IsTest", value);
        }
        let _ = self.single("version");
    }

    /// A truth value as the schema writes it; with the leniency `boolean_case` `True` and `FALSE` too.
    fn boolean(&self, value: &'p str) -> &'p str {
        match read_boolean(value).filter(|_| self.parameters.lenient().boolean_case) {
            Some(true) => "true",
            Some(false) => "false",
            None => value,
        }
    }

    fn leaf(&mut self, ns: &str, name: &str, label: &str, value: &str) {
        self.builder.open(ns, name, Some(label)).text(value).close();
    }

    fn identification(&mut self, name: &str, label: &str, id: &str) {
        self.builder.open(CAC, name, Some(label));
        self.leaf(CAC, "ID", label, id);
        self.builder.close();
    }

    fn quantity(&mut self, label: &str, value: &str, unit: Option<&str>) {
        self.builder.open(CBC, "Quantity", Some(label));
        if let Some(unit) = unit {
            self.builder.attribute("", UNIT, unit);
        }
        self.builder.text(value).close();
    }

    /// GetItemDetails: the number, and a quantity if wanted.
    fn item(&mut self) {
        let (id, quantity, unit) = (self.single("SellersItemIdentification"), self.single("Quantity"), self.single(UNIT));
        if let Some(id) = id {
            self.identification("SellersItemIdentification", "SellersItemIdentification", id);
        }
        if let Some(value) = self.unless_empty(quantity) {
            let unit = self.unless_empty(unit);
            self.quantity("Quantity", value, unit);
        }
    }

    /// GetItemDetailsList: `SellersItemIdentification=X`, or `Quantity.X=n` with `quantityUnitCode.X=u`, in
    /// any mixture; the order of these parameters is the order of the answer.
    fn entries(&mut self) {
        let facts = Facts::collect(self.parameters);
        for entry in &facts.entries {
            match *entry {
                Entry::Plain(id) => {
                    self.builder.open(ORDER_1_1, "RequestEntry", Some("SellersItemIdentification"));
                    self.identification("SellersItemIdentification", "SellersItemIdentification", id);
                }
                Entry::Dotted(id) => {
                    let Some(quantity) = self.fact(&facts, "Quantity", id) else { continue };
                    self.builder.open(ORDER_1_1, "RequestEntry", Some(&format!("Quantity.{id}")));
                    self.identification("SellersItemIdentification", &format!("Quantity.{id}"), id);
                    if let Some(value) = self.unless_empty(Some(quantity)) {
                        let unit = self.fact(&facts, UNIT, id);
                        self.quantity(&format!("Quantity.{id}"), value, unit);
                    }
                }
            }
            self.builder.close();
        }
    }

    /// CreateTextSearch: the words, or none.
    fn search_string(&mut self) {
        if let Some(value) = self.single("SearchString") {
            self.leaf(self.ns, "SearchString", "SearchString", value);
        }
    }

    /// SearchResult: which of the hits, and in which form.
    fn range(&mut self) {
        for name in ["StartIndex", "Count", "ResultFormat"] {
            let value = self.single(name);
            if let Some(value) = self.unless_empty(value) {
                self.leaf(self.ns, name, name, value);
            }
        }
        let keep_open = self.single("DoNotClose");
        if let Some(value) = self.unless_empty(keep_open) {
            let value = self.boolean(value);
            self.leaf(self.ns, "DoNotClose", "DoNotClose", value);
        }
    }

    /// CreateOrder, UpdateOrder: a line for each number X of which anything is said. One without a
    /// quantity is left without, so that the schema refuses it by name: an order loses no line silently.
    fn lines(&mut self) {
        let facts = Facts::collect(self.parameters);
        for id in facts.entries.iter().filter_map(|e| if let Entry::Dotted(id) = e { Some(*id) } else { None }) {
            let label = format!("Quantity.{id}");
            self.builder.open(ORDER_1_1, "OrderRequestLine", Some(&label));
            self.identification("SellersItemIdentification", &label, id);
            let quantity = self.fact(&facts, "Quantity", id);
            if let Some(value) = self.unless_empty(quantity) {
                let unit = self.fact(&facts, UNIT, id);
                self.quantity(&label, value, unit);
            }
            if let Some(value) = self.fact(&facts, "BuyersItemIdentification", id).filter(|v| !v.is_empty()) {
                self.identification("BuyersItemIdentification", &format!("BuyersItemIdentification.{id}"), value);
            }
            let date = self.fact(&facts, "DeliveryDate", id);
            if let Some(value) = self.unless_empty(date) {
                self.leaf(CBC, "DeliveryDate", &format!("DeliveryDate.{id}"), value);
            }
            let backlog = self.fact(&facts, "BacklogIndicator", id);
            if let Some(value) = self.unless_empty(backlog) {
                let value = self.boolean(value);
                self.leaf(CBC, "BacklogIndicator", &format!("BacklogIndicator.{id}"), value);
            }
            self.builder.close();
        }
    }

    /// The two ends of DateRange have no parameter around them; ids may be given several times (2.3).
    fn receipt_query(&mut self, names: &Names) {
        let ends = ["FromDate", "ThruDate"].map(|name| (name, self.single(name)));
        let ends = ends.map(|(name, value)| (name, self.unless_empty(value)));
        if ends.iter().any(|(_, value)| value.is_some()) {
            self.builder.open(RECEIPT_1_3, "DateRange", Some("FromDate"));
            for (name, value) in ends {
                if let Some(value) = value {
                    self.leaf(RECEIPT_1_3, name, name, value);
                }
            }
            self.builder.close();
        }
        for criterion in names.criteria {
            self.repeated(criterion.element);
        }
    }

    fn receipt_ids(&mut self, names: &Names) {
        self.repeated(names.id);
    }

    fn repeated(&mut self, name: &'static str) {
        let parameters = self.parameters;
        for value in parameters.values(name) {
            if self.unless_empty(Some(value)).is_some() {
                self.leaf(RECEIPT_1_3, name, name, value);
            }
        }
    }

    /// What is said of a number under one name.
    fn fact(&mut self, facts: &Facts<'p>, name: &'static str, id: &'p str) -> Option<&'p str> {
        let values = facts.values.get(&(name, id))?;
        let value = match single(values, &format!("{name}.{id}"), self.parameters.lenient()) {
            Ok(value) => value,
            Err(message) => {
                self.problem.get_or_insert(message);
                values.first().copied()
            }
        };
        if name == UNIT { self.unless_empty(value) } else { value }
    }
}

/// The parameters that speak of items, by name and number.
struct Facts<'p> {
    /// In the order of their first mention; each dotted number once.
    entries: Vec<Entry<'p>>,
    values: HashMap<(&'static str, &'p str), Vec<&'p str>>,
}

#[derive(Clone, Copy)]
enum Entry<'p> {
    /// `SellersItemIdentification=X`
    Plain(&'p str),
    /// `Quantity.X=` and the like
    Dotted(&'p str),
}

/// Names that are followed by a dot and an order number.
pub(super) const FACTS: [&str; 5] = ["Quantity", UNIT, "BuyersItemIdentification", "DeliveryDate", "BacklogIndicator"];

impl<'p> Facts<'p> {
    fn collect(parameters: &'p Parameters) -> Self {
        let mut facts = Self { entries: Vec::new(), values: HashMap::new() };
        let mut mentioned = std::collections::HashSet::new();
        for parameter in parameters.iter() {
            if parameter.name.eq_ignore_ascii_case("SellersItemIdentification") {
                facts.entries.push(Entry::Plain(&parameter.value));
                continue;
            }
            // Numbers may contain dots: the first one ends the name.
            let Some((name, id)) = parameter.name.split_once('.') else { continue };
            let Some(name) = FACTS.into_iter().find(|known| known.eq_ignore_ascii_case(name)) else { continue };
            let id = if parameters.lenient().white_space { id.trim() } else { id };
            if mentioned.insert(id) {
                facts.entries.push(Entry::Dotted(id));
            }
            facts.values.entry((name, id)).or_default().push(&parameter.value);
        }
        facts
    }
}

/// Which parameter a violation speaks of.
fn explain(document: &Document, violation: &Violation) -> Message {
    let label = deepest(document.root(), &violation.path).label().unwrap_or_default();
    let of_item = label.split_once('.').map(|(_, id)| id);
    if !violation.rule.is_missing() {
        let attribute = violation.path.rsplit('/').next().is_some_and(|last| last.starts_with('@'));
        return Message::BadParameter(match of_item {
            Some(id) if attribute => format!("{}.{id}", violation.subject),
            None if attribute => violation.subject.clone(),
            _ => label.to_owned(),
        });
    }
    let name = match violation.subject.as_str() {
        "Credential" => "Password",
        "ID" | "RequestEntry" => "SellersItemIdentification",
        "OrderRequestLine" => "Quantity.<SellersItemIdentification>",
        other => other,
    };
    let is_fact = violation.rule == Rule::MissingAttribute || FACTS.contains(&name);
    Message::MissingParameter(match of_item {
        Some(id) if is_fact => format!("{name}.{id}"),
        _ => name.to_owned(),
    })
}

/// The node that a violation's path leads to, or the last one on the way.
fn deepest<'d>(root: Node<'d>, path: &str) -> Node<'d> {
    let mut node = root;
    for step in path.split('/').filter(|s| !s.is_empty()).skip(1) {
        let (name, number) = step.split_once('[').unwrap_or((step, "1]"));
        let number: usize = number.trim_end_matches(']').parse().unwrap_or(1);
        match node.children().filter(|c| c.name() == name).nth(number.saturating_sub(1)) {
            Some(child) => node = child,
            None => break,
        }
    }
    node
}

#[cfg(test)]
#[path = "serialise_tests.rs"]
mod tests;
