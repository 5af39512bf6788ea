//! What goes wrong in a run, and when; in the end nothing does any more, and everything has to come to its end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ordergate_faults::{Fault, Power};
use tokio::time::{Instant, sleep, timeout};

use crate::node::Node;
use crate::world::World;

/// How many nodes there are.
const NODES: usize = 2;

#[derive(Debug)]
pub(crate) struct Trouble {
    world: Arc<World>,
    nodes: [Option<Node>; NODES],
}

impl Trouble {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        let nodes = std::array::from_fn(|number| Some(Node::start(world, number)));
        Self { world: Arc::clone(world), nodes }
    }

    /// Makes trouble for a while. All is well afterwards.
    pub(crate) async fn make(&mut self) {
        let world = Arc::clone(&self.world);
        let end = Instant::now() + Duration::from_secs(world.setting.trouble_seconds);
        while Instant::now() < end {
            let most = world.dice.pick(&[1_000, 10_000, 60_000]);
            sleep(world.dice.millis(0, most)).await;
            self.one().await;
        }
        world.weather.calm();
        world.note("calm");
        self.start_all();
    }

    async fn one(&mut self) {
        let dice = &self.world.dice;
        let node = dice.index(NODES);
        match dice.between(0, 11) {
            0..=2 => self.turn(node, true).await,
            3..=4 => self.turn(node, false).await,
            5 => self.start_all(),
            6..=7 => self.weather(),
            8..=9 => self.disk().await,
            10 => self.power().await,
            _ => {}
        }
    }

    /// A node that is up goes down, by force or in order; one that is down comes up.
    async fn turn(&mut self, number: usize, by_force: bool) {
        match self.nodes[number].take() {
            None => self.nodes[number] = Some(Node::start(&self.world, number)),
            Some(node) if by_force => node.kill(&self.world),
            Some(node) => node.stop(&self.world).await,
        }
    }

    fn start_all(&mut self) {
        for (number, node) in self.nodes.iter_mut().enumerate() {
            node.get_or_insert_with(|| Node::start(&self.world, number));
        }
    }

    fn weather(&self) {
        let (dice, weather) = (&self.world.dice, &self.world.weather);
        let (of, name) =
            dice.pick(&[(&weather.store, "store"), (&weather.network, "network"), (&weather.production, "production")]);
        let much = u8::try_from(dice.between(0, 2)).unwrap_or(0);
        self.world.note(format_args!("weather of {name}: {much}"));
        of.store(much, Ordering::Relaxed);
    }

    /// The disk fails for a while.
    async fn disk(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let fault = dice.pick(&[Fault::Once, Fault::Once, Fault::Dead, Fault::Full]);
        world.note(format_args!("the disk: {fault:?}"));
        world.ground.arm(dice.between(0, 60), fault);
        sleep(dice.millis(100, 20_000)).await;
        world.note(format_args!("the disk is whole again; it refused {} calls", world.ground.heal()));
    }

    /// The power goes, mostly in the middle of a commit, and all nodes with it.
    async fn power(&mut self) {
        let (world, dice) = (Arc::clone(&self.world), &self.world.dice);
        let power = dice.pick(&[Power::LosesAll, Power::LosesNothing, Power::LosesSome(1), Power::LosesSome(2)]);
        world.ground.lose_power_after(dice.between(1, 60), power);
        let _ = timeout(dice.millis(0, 20_000), world.ground.power_gone()).await;
        world.ground.lose_power(power);
        world.note(format_args!("the power is gone: {power:?}"));
        for node in self.nodes.iter_mut().filter_map(Option::take) {
            node.kill(&world);
        }
        sleep(dice.millis(0, 60_000)).await;
        world.ground.restore();
        world.note("the power is back");
        self.start_all();
    }

    /// All nodes stop in order.
    pub(crate) async fn end(&mut self) {
        for node in self.nodes.iter_mut().filter_map(Option::take) {
            node.stop(&self.world).await;
        }
    }
}
