//! From a collection's file to the model. Every refusal names the key at fault.

use ordergate_engine::order::OrderKind;
use ordergate_xml::schema::{ANY_URI, SimpleType};

use super::file::{CollectionFile, DeliveryFile, OrderOptionsFile, OrderType, PaymentFile, SceneSelectionFile};
use super::read_component::{components, option};
use super::read_price::price_list;
use super::scalar::Pattern;
use super::{Collection, OptionSet, OrderOption, Payment, SceneSelection, Ways};
use crate::schema::{PACKAGE_MEDIUM, PROTOCOL_TYPE};

/// What in a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The path of the key, as `order_options[0].delivery`.
    pub key: String,
    /// The rest of the sentence.
    pub problem: String,
}

pub(super) fn refused<T>(key: impl Into<String>, problem: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { key: key.into(), problem: problem.into() })
}

impl TryFrom<CollectionFile> for Collection {
    type Error = Refused;

    fn try_from(file: CollectionFile) -> Result<Self, Refused> {
        length("id", &file.id, 1, 255)?;
        let mut option_sets: Vec<OptionSet> = Vec::new();
        for (n, set) in file.order_options.into_iter().enumerate() {
            let at = format!("order_options[{n}]");
            let set = option_set(set, &at)?;
            if option_sets.iter().any(|other| other.id == set.id) {
                return refused(format!("{at}.id"), "is the id of other order_options too");
            }
            option_sets.push(set);
        }
        for (key, taken, kind) in [
            ("product", file.product, OrderKind::Product),
            ("subscription", file.subscription, OrderKind::Subscription),
            ("tasking", file.tasking, OrderKind::Tasking),
        ] {
            if !taken && option_sets.iter().any(|set| set.kind == kind) {
                return refused(key, format!("must be true where there are order_options for {key} orders"));
            }
        }
        Ok(Self {
            identifier: pattern("identifier", file.identifier)?,
            id: file.id,
            title: file.title,
            description: file.description,
            default: file.default,
            product_orders: file.product,
            price: file.price.map(|price| price_list(price, &option_sets)).transpose()?,
            subscriptions: file.subscription,
            tasking: file.tasking,
            option_sets,
        })
    }
}

fn option_set(file: OrderOptionsFile, at: &str) -> Result<OptionSet, Refused> {
    let key = |name: &str| format!("{at}.{name}");
    length(&key("id"), &file.id, 1, 40)?;
    if let Some(description) = &file.description {
        length(&key("description"), description, 0, 255)?;
    }
    if file.order_type == OrderType::Subscription && file.identifier.is_some() {
        return refused(key("identifier"), "must not be given: who subscribes names no product");
    }
    if let Some(url) = &file.info_url {
        uri(&key("info_url"), url)?;
    }
    let Some(ways) = file.delivery else { return refused(at, "lacks delivery: at least one way must be offered") };
    let mut options: Vec<OrderOption> = Vec::new();
    for (n, file) in file.option.into_iter().enumerate() {
        let at = format!("{at}.option[{n}]");
        let option = option(file, &at)?;
        if options.iter().any(|other| other.component.name == option.component.name) {
            return refused(format!("{at}.name"), "is the name of another option too");
        }
        options.push(option);
    }
    Ok(OptionSet {
        delivery: delivery(ways, &key("delivery"))?,
        payment: payment(file.payment, &key("payment"))?,
        scene_selection: scene_selection(file.scene_selection, &key("scene_selection"))?,
        identifier: pattern(&key("identifier"), file.identifier)?,
        id: file.id,
        description: file.description,
        kind: file.order_type.kind(),
        options,
        info_url: file.info_url,
    })
}

fn delivery(file: DeliveryFile, at: &str) -> Result<Ways, Refused> {
    let ways = [
        ("online_data_access", &file.online_data_access, &PROTOCOL_TYPE),
        ("online_data_delivery", &file.online_data_delivery, &PROTOCOL_TYPE),
        ("media_delivery", &file.media_delivery, &PACKAGE_MEDIUM),
    ];
    for (name, words, ty) in ways {
        for (n, word) in words.iter().enumerate() {
            let key = format!("{at}.{name}[{n}]");
            one_of(&key, word, ty)?;
            if words[..n].contains(word) {
                return refused(key, "is given twice");
            }
        }
    }
    if ways.iter().all(|(_, words, _)| words.is_empty()) {
        return refused(at, "must offer at least one of online_data_access, online_data_delivery and media_delivery");
    }
    Ok(Ways {
        online_data_access: file.online_data_access,
        online_data_delivery: file.online_data_delivery,
        media_delivery: file.media_delivery,
    })
}

fn one_of(key: &str, word: &str, ty: &SimpleType) -> Result<(), Refused> {
    if ty.facets.enumeration.contains(&word) {
        return Ok(());
    }
    refused(key, format!("must be one of {}", ty.facets.enumeration.join(", ")))
}

fn payment(files: Vec<PaymentFile>, at: &str) -> Result<Vec<Payment>, Refused> {
    let mut methods: Vec<Payment> = Vec::new();
    for (n, file) in files.into_iter().enumerate() {
        let key = format!("{at}[{n}].method");
        length(&key, &file.method, 1, 40)?;
        if methods.iter().any(|other| other.method == file.method) {
            return refused(key, "is given twice");
        }
        if let Some(url) = &file.info_url {
            uri(&format!("{at}[{n}].info_url"), url)?;
        }
        methods.push(Payment { method: file.method, info_url: file.info_url });
    }
    Ok(methods)
}

fn scene_selection(files: Vec<SceneSelectionFile>, at: &str) -> Result<Vec<SceneSelection>, Refused> {
    let mut selections: Vec<SceneSelection> = Vec::new();
    for (n, file) in files.into_iter().enumerate() {
        let at = format!("{at}[{n}]");
        if let Some(name) = &file.name {
            length(&format!("{at}.name"), name, 0, 60)?;
        }
        if file.name.is_some() && selections.iter().any(|other| other.name == file.name) {
            return refused(format!("{at}.name"), "is the name of another scene_selection too");
        }
        if let Some(description) = &file.description {
            length(&format!("{at}.description"), description, 0, 4000)?;
        }
        let parameters = components(file.parameter, &format!("{at}.parameter"), false)?;
        selections.push(SceneSelection { name: file.name, description: file.description, parameters });
    }
    Ok(selections)
}

/// Lengths count characters, as those of the schema do.
pub(super) fn length(key: &str, text: &str, min: usize, max: usize) -> Result<(), Refused> {
    if (min..=max).contains(&text.chars().count()) {
        return Ok(());
    }
    refused(key, format!("must have {min} to {max} characters"))
}

pub(super) fn uri(key: &str, text: &str) -> Result<(), Refused> {
    if !text.is_empty() && ANY_URI.check(text).is_ok() { Ok(()) } else { refused(key, "must be a URI") }
}

pub(super) fn pattern(key: &str, text: Option<String>) -> Result<Option<Pattern>, Refused> {
    let Some(text) = text else { return Ok(None) };
    match Pattern::new(&text) {
        Ok(pattern) => Ok(Some(pattern)),
        Err(problem) => refused(key, problem),
    }
}
