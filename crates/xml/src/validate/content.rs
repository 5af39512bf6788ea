//! Matching the children of an element with the content model of its type.

use super::Validator;
use super::model::Expected;
use super::report::{found, name_list, violation};
use crate::error::Rule;
use crate::schema::{ComplexType, Derivation, Particle, Process, Schema, Term};
use crate::{Node, Violation};

/// Why a walk ended early.
enum Stop {
    /// Within a child, or by text between children.
    Violation(Box<Violation>),
    /// A particle is not matched often enough by the children up to here.
    Missing {
        term: &'static Term,
        /// Whether the child that stands here would be right later on.
        later: bool,
    },
}

struct Walk<'d> {
    validator: Validator<'d>,
    parent: Node<'d>,
    mixed: bool,
    /// The next child to match.
    child: Option<Node<'d>>,
    /// In the second walk, which looks at names only: what could have stood where `child` is.
    expected: Option<Vec<Expected>>,
}

impl<'d> Validator<'d> {
    /// Element-only or mixed content.
    pub(super) fn children(self, node: Node<'d>, ty: &'static ComplexType) -> Result<(), Violation> {
        let mut walk = Walk { validator: self, parent: node, mixed: ty.is_mixed(), child: None, expected: None };
        match walk.run(ty) {
            Ok(()) if walk.child.is_none() => Ok(()),
            Err(Stop::Violation(violation)) => Err(*violation),
            Err(Stop::Missing { term, later }) => Err(walk.explain(ty, Some((term, later)))),
            Ok(()) => Err(walk.explain(ty, None)),
        }
    }
}

/// Whether the names of the children are a list that the content model has. Text does not matter.
pub(crate) fn names_fit(node: Node<'_>, ty: &'static ComplexType) -> bool {
    static NOTHING: Schema = Schema { elements: &[], types: &[], simple_types: &[] };
    let validator = Validator { schema: &NOTHING, root: node };
    let mut walk = Walk { validator, parent: node, mixed: true, child: None, expected: Some(Vec::new()) };
    walk.run(ty).is_ok() && walk.child.is_none()
}

impl<'d> Walk<'d> {
    fn run(&mut self, ty: &'static ComplexType) -> Result<(), Stop> {
        self.advance(self.parent.first_part())?;
        self.content_of(ty)
    }

    /// The content of the base of an extension comes first.
    fn content_of(&mut self, ty: &'static ComplexType) -> Result<(), Stop> {
        let own = ty.own_particles();
        if let Some((base, Derivation::Extension)) = ty.base {
            self.content_of(base).map_err(|stop| self.look_on(stop, own, 0))?;
        }
        self.sequence(own)
    }

    fn sequence(&mut self, particles: &'static [Particle]) -> Result<(), Stop> {
        for (at, particle) in particles.iter().enumerate() {
            self.particle(particle).map_err(|stop| self.look_on(stop, particles, at + 1))?;
        }
        Ok(())
    }

    /// Notes whether one of the particles from `next` on would match what stands here.
    fn look_on(&self, stop: Stop, particles: &[Particle], next: usize) -> Stop {
        match (stop, self.child) {
            (Stop::Missing { term, later: false }, Some(child)) => {
                Stop::Missing { term, later: particles[next..].iter().any(|particle| particle.can_start_with(child)) }
            }
            (stop, _) => stop,
        }
    }

    fn particle(&mut self, particle: &'static Particle) -> Result<(), Stop> {
        let mut count = 0;
        while count < particle.max {
            let Some(child) = self.child.filter(|child| particle.term.can_start_with(*child)) else { break };
            count += 1;
            let again = count < particle.max;
            self.term(&particle.term, child).map_err(|stop| match (stop, self.child) {
                (Stop::Missing { term, later: false }, Some(child)) => {
                    Stop::Missing { term, later: again && particle.term.can_start_with(child) }
                }
                (stop, _) => stop,
            })?;
        }
        if count < particle.max
            && let Some(expected) = &mut self.expected
        {
            particle.term.first(expected);
        }
        if count < particle.min && !particle.term.is_emptiable() {
            return Err(Stop::Missing { term: &particle.term, later: false });
        }
        Ok(())
    }

    /// Matches the term once; `child` is known to begin it.
    fn term(&mut self, term: &'static Term, child: Node<'d>) -> Result<(), Stop> {
        let checked = match term {
            Term::Sequence(particles) => return self.sequence(particles),
            Term::Choice(particles) => {
                let chosen = particles.iter().find(|particle| particle.can_start_with(child));
                return chosen.map_or(Ok(()), |particle| self.particle(particle));
            }
            _ if self.expected.is_some() => Ok(()),
            Term::Element(element) => self.validator.element(child, element),
            Term::Any(_, Process::Skip) => Ok(()),
            Term::Any(_, Process::Lax) => self.validator.lax(child),
            Term::Any(_, Process::Strict) => self.validator.strict(child),
        };
        checked.map_err(|violation| Stop::Violation(Box::new(violation)))?;
        self.advance(child.next_part())
    }

    /// Goes to the next element from `part` on.
    fn advance(&mut self, part: Option<Node<'d>>) -> Result<(), Stop> {
        let mut part = part;
        while let Some(text) = part.filter(|part| part.is_text()) {
            // For libxml2 a CDATA section is content, even an empty one.
            if !self.mixed && (text.is_cdata() || !crate::reader::is_blank(text.name())) {
                return Err(Stop::Violation(Box::new(self.stray(text))));
            }
            part = text.next_part();
        }
        self.child = part;
        if let Some(expected) = &mut self.expected {
            expected.clear();
        }
        Ok(())
    }

    fn stray(&self, text: Node<'d>) -> Violation {
        let message = format!("Text was found within \"{}\", which has only elements.", self.parent.name());
        let mut violation = violation(self.validator.root, self.parent, Rule::UnexpectedText, self.parent.name(), message);
        violation.position = text.position();
        violation
    }

    /// Walks again, to know what was expected, and tells.
    fn explain(mut self, ty: &'static ComplexType, missing: Option<(&'static Term, bool)>) -> Violation {
        self.expected = Some(Vec::new());
        // It stops at the same child as before: text and names are the same.
        let _ = self.run(ty);
        let expected = self.expected.take().unwrap_or_default();
        match missing {
            Some((term, later)) => {
                let mut required = Vec::new();
                term.required(&mut required);
                let to_come = self.parent.children().skip_while(|node| Some(*node) != self.child);
                let follows = self.child.is_some() && to_come.clone().any(|node| required.iter().any(|one| one.is_met_by(node)));
                match self.child {
                    Some(child) if follows || !later => self.unexpected(child, &expected),
                    child => self.missing(child, &required),
                }
            }
            None => self.child.map_or_else(|| self.missing(None, &expected), |child| self.unexpected(child, &expected)),
        }
    }

    fn missing(&self, instead: Option<Node<'d>>, required: &[Expected]) -> Violation {
        let subject = required.first().map_or("", Expected::name);
        let what =
            instead.map_or_else(|| format!("the end of \"{}\"", self.parent.name()), |node| format!("\"{}\"", node.name()));
        let message = format!("{} is missing: {what} was found instead.", name_list(required, None));
        let mut violation = violation(self.validator.root, self.parent, Rule::MissingElement, subject, message);
        if let Some(node) = instead {
            violation.position = node.position();
        }
        violation
    }

    fn unexpected(&self, child: Node<'d>, expected: &[Expected]) -> Violation {
        let message = if expected.is_empty() {
            format!("{} was found where only the end of \"{}\" was expected.", found(child), self.parent.name())
        } else {
            format!("{} was found where {} was expected.", found(child), name_list(expected, Some(child)))
        };
        violation(self.validator.root, child, Rule::UnexpectedElement, child.name(), message)
    }
}
