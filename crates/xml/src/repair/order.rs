//! Bringing children into the order of a content model.

use crate::Node;
use crate::schema::{AnyNamespace, ComplexType, Derivation, Element, Particle, Term};
use crate::validate::names_fit;

/// A child and its declaration; `None` if a wildcard takes it.
pub(super) type Placed<'d> = (Node<'d>, Option<&'static Element>);

/// The children that the content model knows, in its order as far as possible; those of one name keep theirs.
/// Known ones that have no place left come last.
pub(super) fn arrange<'d>(node: Node<'d>, ty: &'static ComplexType) -> Vec<Placed<'d>> {
    let mut pool = Pool::new(node, ty);
    let mut placed = Vec::new();
    if names_fit(node, ty) {
        // Left alone: of several wildcards it may not be the first that was meant.
        placed.extend(pool.others.iter().flatten().map(|child| (*child, None)));
        pool.rest(&mut placed);
        placed.sort_by_key(|(child, _)| child.id());
    } else {
        place_type(&mut pool, ty, &mut placed);
        pool.rest(&mut placed);
    }
    placed
}

/// The children of one declared name, in document order, and how many of them are placed already.
struct Queue<'d> {
    element: &'static Element,
    children: Vec<Node<'d>>,
    placed: usize,
}

impl<'d> Queue<'d> {
    fn next(&self) -> Option<Node<'d>> {
        self.children.get(self.placed).copied()
    }

    fn left(&self) -> usize {
        self.children.len() - self.placed
    }
}

/// The children that are not placed yet.
struct Pool<'d> {
    queues: Vec<Queue<'d>>,
    /// Those whose names no declaration has; wildcards may take them.
    others: Vec<Option<Node<'d>>>,
}

impl<'d> Pool<'d> {
    fn new(node: Node<'d>, ty: &'static ComplexType) -> Self {
        let mut pool = Self { queues: Vec::new(), others: Vec::new() };
        for ty in ty.lineage() {
            pool.add_names(ty.own_particles());
            if !matches!(ty.base, Some((_, Derivation::Extension))) {
                break;
            }
        }
        for child in node.children() {
            let exact = pool.queues.iter().position(|queue| child.is(queue.element.ns, queue.element.name));
            match exact.or_else(|| pool.queues.iter().position(|queue| child.name() == queue.element.name)) {
                Some(queue) => pool.queues[queue].children.push(child),
                None => pool.others.push(Some(child)),
            }
        }
        pool
    }

    fn add_names(&mut self, particles: &'static [Particle]) {
        for particle in particles {
            match particle.term {
                Term::Sequence(inner) | Term::Choice(inner) => self.add_names(inner),
                Term::Element(element) if self.queue(element).is_none() => {
                    self.queues.push(Queue { element, children: Vec::new(), placed: 0 });
                }
                Term::Element(_) | Term::Any(..) => {}
            }
        }
    }

    fn queue(&self, element: &Element) -> Option<usize> {
        self.queues.iter().position(|queue| queue.element.ns == element.ns && queue.element.name == element.name)
    }

    fn take(&mut self, element: &'static Element) -> Option<Node<'d>> {
        let queue = self.queue(element)?;
        let child = self.queues[queue].next()?;
        self.queues[queue].placed += 1;
        Some(child)
    }

    /// How many children a term could have, and the first of them.
    fn stock(&self, term: &Term) -> (usize, Option<Node<'d>>) {
        match term {
            Term::Element(element) => {
                self.queue(element).map_or((0, None), |at| (self.queues[at].left(), self.queues[at].next()))
            }
            Term::Any(namespace, _) => {
                let mut allowed = self.others.iter().flatten().filter(|child| namespace.allows(child.ns()));
                let first = allowed.next().copied();
                (usize::from(first.is_some()) + allowed.count(), first)
            }
            Term::Sequence(particles) | Term::Choice(particles) => {
                let stocks = particles.iter().filter(|particle| particle.max > 0).map(|particle| self.stock(&particle.term));
                stocks.fold((0, None), |(count, first), (more, other)| (count + more, earlier(first, other)))
            }
        }
    }

    fn rest(&self, placed: &mut Vec<Placed<'d>>) {
        let left = |queue: &'_ Queue<'d>| {
            queue.children[queue.placed..].iter().map(|child| (*child, Some(queue.element))).collect::<Vec<_>>()
        };
        let mut rest: Vec<Placed<'d>> = self.queues.iter().flat_map(left).collect();
        rest.sort_by_key(|(child, _)| child.id());
        placed.append(&mut rest);
    }
}

fn earlier<'d>(a: Option<Node<'d>>, b: Option<Node<'d>>) -> Option<Node<'d>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.id() <= b.id() { a } else { b }),
        (a, b) => a.or(b),
    }
}

fn place_type<'d>(pool: &mut Pool<'d>, ty: &'static ComplexType, placed: &mut Vec<Placed<'d>>) {
    if let Some((base, Derivation::Extension)) = ty.base {
        place_type(pool, base, placed);
    }
    for particle in ty.own_particles() {
        place(pool, particle, placed);
    }
}

fn place<'d>(pool: &mut Pool<'d>, particle: &'static Particle, placed: &mut Vec<Placed<'d>>) {
    if let Term::Any(namespace, _) = particle.term {
        return place_others(pool, namespace, particle.max, placed);
    }
    for _ in 0..particle.max {
        let before = placed.len();
        match particle.term {
            Term::Element(element) => placed.extend(pool.take(element).map(|child| (child, Some(element)))),
            Term::Sequence(inner) => inner.iter().for_each(|particle| place(pool, particle, placed)),
            Term::Choice(inner) => {
                if let Some(branch) = choose(pool, inner, particle.max == 1) {
                    place(pool, branch, placed);
                }
            }
            Term::Any(..) => {}
        }
        if placed.len() == before {
            return;
        }
    }
}

/// Where one branch has to do, it is the one that most children belong to; where branches may alternate, the
/// one that the next child belongs to.
fn choose(pool: &Pool<'_>, branches: &'static [Particle], once: bool) -> Option<&'static Particle> {
    let stocked = branches.iter().filter_map(|branch| {
        let (count, first) = pool.stock(&branch.term);
        first.filter(|_| branch.max > 0).map(|first| (if once { usize::MAX - count } else { 0 }, first.id(), branch))
    });
    stocked.min_by_key(|(rank, first, _)| (*rank, *first)).map(|(_, _, branch)| branch)
}

fn place_others<'d>(pool: &mut Pool<'d>, namespace: AnyNamespace, max: u32, placed: &mut Vec<Placed<'d>>) {
    let allowed = pool.others.iter_mut().filter(|child| child.is_some_and(|child| namespace.allows(child.ns())));
    for child in allowed.take(usize::try_from(max).unwrap_or(usize::MAX)) {
        placed.extend(child.take().map(|child| (child, None)));
    }
}
