//! Questions about types and particles that need no document.

use crate::Node;
use crate::schema::{AnyNamespace, ComplexType, Content, Derivation, Element, Particle, SimpleType, Term};

impl ComplexType {
    /// The type of the text, if the content is simple.
    pub(crate) fn simple_content(&self) -> Option<&'static SimpleType> {
        match (self.content, self.base) {
            (Content::Text(ty), _) => Some(ty),
            (_, Some((base, Derivation::Extension))) => base.simple_content(),
            _ => None,
        }
    }

    pub(crate) fn is_mixed(&self) -> bool {
        match (self.content, self.base) {
            (Content::Mixed(_), _) => true,
            (_, Some((base, Derivation::Extension))) => base.is_mixed(),
            _ => false,
        }
    }

    /// Whether neither elements nor text can occur. What could occur, but need not, does not count.
    pub(crate) fn has_no_content(&self) -> bool {
        let own = match self.content {
            Content::Elements(particles) => particles.iter().all(is_nothing),
            Content::Mixed(_) | Content::Text(_) => false,
        };
        own && match self.base {
            Some((base, Derivation::Extension)) => base.has_no_content(),
            _ => true,
        }
    }

    /// The particles that the type itself adds.
    pub(crate) fn own_particles(&self) -> &'static [Particle] {
        match self.content {
            Content::Elements(particles) | Content::Mixed(particles) => particles,
            Content::Text(_) => &[],
        }
    }

    /// Whether an attribute that is not declared may be in that namespace. An extension has the wildcard of its
    /// base too, a restriction only its own.
    pub(crate) fn allows_attribute(&self, ns: &str) -> bool {
        self.any_attribute.is_some_and(|wildcard| wildcard.allows(ns))
            || matches!(self.base, Some((base, Derivation::Extension)) if base.allows_attribute(ns))
    }

    /// Whether this is `other`, or derived from it in any number of steps.
    pub(crate) fn is_or_derives_from(&'static self, other: &ComplexType) -> bool {
        self.lineage().any(|ty| ty.is_same_as(other))
    }

    /// The type, its base, the base's base and so on.
    pub(crate) fn lineage(&'static self) -> impl Iterator<Item = &'static ComplexType> {
        std::iter::successors(Some(self), |ty| ty.base.map(|(base, _)| base))
    }

    fn is_same_as(&self, other: &ComplexType) -> bool {
        std::ptr::eq(self, other) || (self.name.is_some() && self.name == other.name && self.ns == other.ns)
    }
}

fn is_nothing(particle: &Particle) -> bool {
    particle.max == 0
        || match particle.term {
            Term::Sequence(particles) | Term::Choice(particles) => particles.iter().all(is_nothing),
            Term::Element(_) | Term::Any(..) => false,
        }
}

impl Particle {
    /// Whether the empty list of children is enough.
    pub(crate) fn is_emptiable(&self) -> bool {
        self.min == 0 || self.max == 0 || self.term.is_emptiable()
    }

    /// Whether a list of children that matches can begin with this one.
    pub(crate) fn can_start_with(&self, child: Node<'_>) -> bool {
        self.max > 0 && self.term.can_start_with(child)
    }
}

impl Term {
    pub(crate) fn is_emptiable(&self) -> bool {
        match self {
            Self::Element(_) | Self::Any(..) => false,
            Self::Sequence(particles) => particles.iter().all(Particle::is_emptiable),
            Self::Choice(particles) => particles.is_empty() || particles.iter().any(Particle::is_emptiable),
        }
    }

    pub(crate) fn can_start_with(&self, child: Node<'_>) -> bool {
        match self {
            Self::Element(element) => child.is(element.ns, element.name),
            Self::Any(namespace, _) => namespace.allows(child.ns()),
            Self::Choice(particles) => particles.iter().any(|particle| particle.can_start_with(child)),
            Self::Sequence(particles) => {
                for particle in *particles {
                    if particle.can_start_with(child) {
                        return true;
                    }
                    if !particle.is_emptiable() {
                        return false;
                    }
                }
                false
            }
        }
    }

    /// What a list of children that matches can begin with.
    pub(super) fn first(&self, into: &mut Vec<Expected>) {
        match self {
            Self::Element(element) => into.push(Expected::Element(element)),
            Self::Any(namespace, _) => into.push(Expected::Any(*namespace)),
            Self::Choice(particles) => {
                for particle in particles.iter().filter(|particle| particle.max > 0) {
                    particle.term.first(into);
                }
            }
            Self::Sequence(particles) => {
                for particle in particles.iter().filter(|particle| particle.max > 0) {
                    particle.term.first(into);
                    if !particle.is_emptiable() {
                        return;
                    }
                }
            }
        }
    }

    /// One of these must occur: as [`Self::first`], without what may be left out before something required.
    pub(super) fn required(&self, into: &mut Vec<Expected>) {
        match self {
            Self::Choice(particles) => {
                for particle in particles.iter().filter(|particle| particle.max > 0) {
                    particle.term.required(into);
                }
            }
            Self::Sequence(particles) => {
                if let Some(particle) = particles.iter().find(|particle| !particle.is_emptiable()) {
                    particle.term.required(into);
                }
            }
            single => single.first(into),
        }
    }
}

impl AnyNamespace {
    pub(crate) fn allows(&self, ns: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Other(own) => !ns.is_empty() && ns != *own,
            Self::OneOf(list) => list.contains(&ns),
        }
    }
}

/// Something that could stand at a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    Element(&'static Element),
    Any(AnyNamespace),
}

impl Expected {
    pub(super) fn is_met_by(&self, node: Node<'_>) -> bool {
        match self {
            Self::Element(element) => node.is(element.ns, element.name),
            Self::Any(namespace) => namespace.allows(node.ns()),
        }
    }

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Element(element) => element.name,
            Self::Any(_) => "any element",
        }
    }
}
