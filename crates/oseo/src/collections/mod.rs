//! The collections that products are ordered from, and the options that they are offered with (06-141r6 §9).
//!
//! Each is declared in a file ([`file`]), read into the model here ([`read`]), told by GetOptions
//! ([`write`]), and what Submit asks for is held against it ([`crate::chosen`]).

mod component;
mod file;
pub(crate) mod price;
mod price_file;
mod read;
mod read_component;
mod read_price;
pub(crate) mod scalar;
pub(crate) mod write;

use std::sync::{Arc, PoisonError, RwLock};

use ordergate_engine::order::OrderKind;

pub(crate) use component::{Component, Kind, named, names};
pub use file::CollectionFile;
pub use read::Refused;
use scalar::Pattern;

/// A collection of products.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // each is a key of its own
pub struct Collection {
    pub id: String,
    pub title: Option<String>,
    pub description: Option<String>,
    /// Whether products without a collection belong here.
    pub default: bool,
    /// Which products without a collection belong here.
    identifier: Option<Pattern>,
    /// Which orders are taken.
    pub product_orders: bool,
    pub subscriptions: bool,
    pub tasking: bool,
    /// None: options are not declared, so any are taken.
    pub(crate) option_sets: Vec<OptionSet>,
    /// None: it has no price list.
    pub(crate) price: Option<price::PriceList>,
}

/// `orderOptions`: one combination of options that is offered together.
#[derive(Debug, Clone)]
pub(crate) struct OptionSet {
    /// `productOrderOptionsId`.
    pub id: String,
    pub description: Option<String>,
    /// Which orders it is offered for.
    pub kind: OrderKind,
    /// The products, or tasks, it is offered for; none means all of the collection.
    pub identifier: Option<Pattern>,
    pub options: Vec<OrderOption>,
    pub delivery: Ways,
    /// None: how to pay is agreed elsewhere.
    pub payment: Vec<Payment>,
    pub scene_selection: Vec<SceneSelection>,
    pub info_url: Option<String>,
}

/// An option: a component, and the group that it is shown in.
#[derive(Debug, Clone)]
pub(crate) struct OrderOption {
    pub component: Component,
    pub grouping: Option<String>,
}

/// The ways of delivery; at least one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ways {
    pub online_data_access: Vec<String>,
    pub online_data_delivery: Vec<String>,
    pub media_delivery: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub method: String,
    pub info_url: Option<String>,
}

/// `sceneSelectionOption`: parameters that cut a scene out of a product, given together.
#[derive(Debug, Clone)]
pub(crate) struct SceneSelection {
    pub name: Option<String>,
    pub description: Option<String>,
    pub parameters: Vec<Component>,
}

impl OptionSet {
    /// What each of its options is.
    pub fn components(&self) -> Vec<&Component> {
        self.options.iter().map(|option| &option.component).collect()
    }

    /// Whether it is offered for this product, or task.
    pub fn is_for(&self, product: &str) -> bool {
        self.identifier.as_ref().is_none_or(|pattern| pattern.matches(product))
    }
}

impl Collection {
    /// Whether orders of this kind are taken.
    pub const fn takes(&self, kind: OrderKind) -> bool {
        match kind {
            OrderKind::Product => self.product_orders,
            OrderKind::Subscription => self.subscriptions,
            OrderKind::Tasking => self.tasking,
            OrderKind::Articles => false,
        }
    }

    /// The sets for orders of this kind.
    pub(crate) fn sets(&self, kind: OrderKind) -> impl Iterator<Item = &OptionSet> {
        self.option_sets.iter().filter(move |set| set.kind == kind)
    }
}

/// All declared collections.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    collections: Vec<Collection>,
}

/// Why collections cannot be declared together: the later one, its key that is at fault, and the rest of the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    pub position: usize,
    pub key: &'static str,
    pub problem: String,
}

impl Catalogue {
    /// Without one marked as such, the first collection is the default.
    pub fn new(mut collections: Vec<Collection>) -> Result<Self, Clash> {
        let mut default = None;
        for (position, collection) in collections.iter().enumerate() {
            if collections[..position].iter().any(|other| other.id == collection.id) {
                let problem = "is the id of another collection too".to_owned();
                return Err(Clash { position, key: "id", problem });
            }
            if collection.default && default.replace(position).is_some() {
                let problem = "must not be true of two collections".to_owned();
                return Err(Clash { position, key: "default", problem });
            }
        }
        if let (None, Some(first)) = (default, collections.first_mut()) {
            first.default = true;
        }
        Ok(Self { collections })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Collection> {
        self.collections.iter()
    }

    /// Whether any of them takes orders of this kind.
    pub fn takes(&self, kind: OrderKind) -> bool {
        self.collections.iter().any(|collection| collection.takes(kind))
    }

    pub fn is_empty(&self) -> bool {
        self.collections.is_empty()
    }

    pub fn get(&self, id: &str) -> Option<&Collection> {
        self.collections.iter().find(|c| c.id == id)
    }

    /// The collection of a product that names none: the first whose pattern it matches, else the default.
    pub fn of_product(&self, product: &str) -> Option<&Collection> {
        let by_pattern = |c: &&Collection| c.identifier.as_ref().is_some_and(|p| p.matches(product));
        self.collections.iter().find(by_pattern).or_else(|| self.collections.iter().find(|c| c.default))
    }
}

/// The catalogue in force, shared by all who ask; replaced as a whole.
#[derive(Debug, Clone, Default)]
pub struct Collections {
    current: Arc<RwLock<Arc<Catalogue>>>,
}

impl Collections {
    pub fn new(catalogue: Catalogue) -> Self {
        Self { current: Arc::new(RwLock::new(Arc::new(catalogue))) }
    }

    /// The catalogue as it is now. A request keeps the one that it began with.
    pub fn current(&self) -> Arc<Catalogue> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on, this one.
    pub fn replace(&self, catalogue: Catalogue) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }
}
