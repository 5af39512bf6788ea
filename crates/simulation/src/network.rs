//! The way from those outside to the nodes: what is sent, and what is answered, may be lost.

use std::sync::Arc;
use std::time::Duration;

use ordergate_door::{Method, Request, Vouched, VouchedUser};
use tokio::time::sleep;

use crate::node::Up;
use crate::world::World;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Two nodes that serve, two different ones if there are two; none where nobody serves.
pub(crate) fn two_nodes(world: &World) -> [Option<Arc<Up>>; 2] {
    let up = world.up.lock();
    if up.is_empty() {
        return [None, None];
    }
    let first = world.dice.index(up.len());
    [first, first + 1].map(|at| up.get(at % up.len()).cloned())
}

pub(crate) fn some_node(world: &World) -> Option<Arc<Up>> {
    let [one, _] = two_nodes(world);
    one
}

/// The answer of a node, if it arrives.
pub(crate) async fn arrives<T>(world: &World, up: &Up, answering: impl Future<Output = T>) -> Option<T> {
    if world.fails(&world.weather.network, 15, 4) {
        return None;
    }
    let answer = tokio::select! {
        biased;
        () = up.life.over() => return None,
        answer = answering => answer,
        () = sleep(PATIENCE) => return None,
    };
    // Lost on the way back.
    (!world.fails(&world.weather.network, 10, 3)).then_some(answer)
}

/// What all requests of a customer have in common.
pub(crate) const fn sent_by(name: &str) -> Request<'_> {
    Request {
        method: Method::Get,
        query: None,
        content_type: None,
        authorization: None,
        accept_language: None,
        body: b"",
        client: None,
        vouched: Vouched::User(VouchedUser { name, groups: None, roles: None }),
    }
}

/// The node's name, for the trace.
pub(crate) fn name_of(up: Option<&Arc<Up>>) -> String {
    up.map_or_else(|| "nobody".to_owned(), |up| format!("node {}", up.number))
}
