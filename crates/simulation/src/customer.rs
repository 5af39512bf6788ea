//! Customers: they order, ask again when an answer is lost, look after their orders, and cancel some.

use std::sync::Arc;

use ordergate_door::{Door as _, Method, Request};
use ordergate_engine::OrderId;
use tokio::time::{Instant, sleep};

use crate::log::Submission;
use crate::network::{arrives, name_of, sent_by, some_node};
use crate::node::Up;
use crate::soap::{Answer, Header, cancel, get_status, submit};
use crate::world::World;

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) world: Arc<World>,
    pub(crate) number: u64,
}

impl Customer {
    pub(crate) async fn live(self) {
        let world = Arc::clone(&self.world);
        for n in 0..world.dice.between(1, 3) {
            sleep(world.dice.millis(0, world.setting.trouble_seconds * 500)).await;
            if let Some(order) = self.order(n).await {
                self.follow(order).await;
            }
        }
    }

    /// Orders something, once.
    async fn order(&self, n: u64) -> Option<OrderId> {
        let (world, reference) = (&self.world, format!("{}-{n}", self.number));
        let has_message_id = !world.dice.one_in(4);
        let header = Header {
            message_id: has_message_id.then(|| format!("urn:message:{reference}")),
            reply_to: world.dice.one_in(2).then(|| format!("http://customer-{}.example/", self.number)),
        };
        let items = world.dice.index(4) + 1;
        let text = submit(&header, &reference, items);
        let at = {
            let submission = Submission { reference: reference.clone(), has_message_id, items, sent: 0, acknowledged: None };
            let mut log = world.log.lock();
            log.submissions.push(submission);
            log.submissions.len() - 1
        };
        loop {
            world.log.lock().submissions[at].sent += 1;
            match self.ask("Submit", &text).await {
                Some(Answer::Submitted(id)) => {
                    world.log.lock().submissions[at].acknowledged = Some(id);
                    return Some(id);
                }
                None | Some(Answer::NotNow) => {}
                Some(other) => world.violation(format_args!("Submit of {reference} is answered with {other:?}")),
            }
            // Without an id the message could become a second order.
            if !has_message_id {
                return None;
            }
            sleep(world.dice.millis(100, 10_000)).await;
        }
    }

    /// Looks what becomes of an order, and perhaps cancels it.
    async fn follow(&self, order: OrderId) {
        let dice = &self.world.dice;
        let cancels = dice.one_in(3);
        for _ in 0..dice.between(0, 4) {
            sleep(dice.millis(0, 20_000)).await;
            self.look(order).await;
        }
        if cancels {
            self.cancel(order).await;
            self.look(order).await;
        }
    }

    async fn look(&self, order: OrderId) {
        let cancelled = self.world.log.lock().cancelled.contains_key(&order);
        match self.ask("GetStatus", &get_status(order)).await {
            Some(Answer::Status(seen)) => {
                if cancelled && !seen.order.is_final() {
                    self.world.violation(format_args!("order {order} is {} after it was cancelled", seen.order));
                }
                self.world.log.lock().seen.entry(order).or_default().push(seen);
            }
            None | Some(Answer::NotNow) => {}
            Some(other) => self.world.violation(format_args!("GetStatus of order {order} is answered with {other:?}")),
        }
    }

    async fn cancel(&self, order: OrderId) {
        let message_id = self.world.dice.one_in(2).then(|| format!("urn:cancel:{order}"));
        let text = cancel(&Header { message_id, reply_to: None }, order);
        for _ in 0..self.world.dice.between(1, 5) {
            match self.ask("Cancel", &text).await {
                Some(Answer::Cancelled) => {
                    self.world.log.lock().cancelled.entry(order).or_insert_with(Instant::now);
                    return;
                }
                // It is over already.
                Some(Answer::Refused(why)) if why.contains("nothing of it can be cancelled") => return,
                None | Some(Answer::NotNow) => {}
                Some(other) => self.world.violation(format_args!("Cancel of order {order} is answered with {other:?}")),
            }
            sleep(self.world.dice.millis(100, 10_000)).await;
        }
    }

    /// The answer, if it arrives.
    async fn ask(&self, what: &str, text: &str) -> Option<Answer> {
        let (world, number) = (&self.world, self.number);
        sleep(world.dice.millis(0, 50)).await;
        let up = some_node(world);
        let answer = match &up {
            Some(up) => arrives(world, up, self.answer_of(up, text)).await.flatten(),
            None => None,
        };
        world.note(format_args!("customer {number} asks {}: {what}: {answer:?}", name_of(up.as_ref())));
        answer
    }

    async fn answer_of(&self, up: &Up, text: &str) -> Option<Answer> {
        let name = self.number.to_string();
        let request = Request { method: Method::Post, content_type: Some("text/xml"), body: text.as_bytes(), ..sent_by(&name) };
        let answer = up.door.answer(&request).await;
        let read = Answer::read(&answer.body);
        if read.is_none() {
            self.world.violation(format_args!("unreadable: {}", String::from_utf8_lossy(&answer.body)));
        }
        read
    }
}
