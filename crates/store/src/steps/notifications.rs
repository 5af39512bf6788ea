//! What is written of notifications.

use ordergate_engine::order::Priority;
use ordergate_engine::{Document, OrderId, Timestamp};

use super::Steps;
use crate::codes::{Code as _, NOTIFYING, from_count};
use crate::value::values;
use crate::{Attempt, ConflictOn, JobPart, Notification, NotificationKey, NotificationState, sql};

impl<'w> Steps<'w> {
    pub(super) fn wish_notifications(&mut self, order: OrderId, wish: &'w Document) {
        self.one(sql::WISH_NOTIFICATIONS, values![order.0, &wish.0], ConflictOn::Order);
    }

    pub(super) fn notify_again(&mut self, key: &NotificationKey, at: Timestamp, give_up_at: Timestamp) {
        let values = values![key.order.0, key.number, at.0, give_up_at.0];
        self.one(sql::NOTIFY_AGAIN, values, ConflictOn::Notification);
        self.wake_notifying(key.order, at);
    }

    pub(super) fn purge_notifications(&mut self, before: Timestamp, limit: usize) {
        for state in [NotificationState::Delivered, NotificationState::GivenUp] {
            self.any(sql::PURGE_NOTIFICATIONS, values![state.code(), before.0, from_count(limit)]);
        }
    }

    pub(super) fn notify(&mut self, notification: &'w Notification) {
        let Notification { key, channel, destination, event, content, created_at, give_up_at, due_at, report, .. } = notification;
        let values = values![
            key.order.0,
            key.number,
            channel.code(),
            destination,
            event,
            content,
            created_at.0,
            give_up_at.0,
            notification.state.code(),
            i64::from(notification.attempts),
            due_at.0,
            report.as_ref(),
        ];
        self.one(sql::INSERT_NOTIFICATION, values, ConflictOn::Order);
        self.wake_notifying(key.order, *due_at);
    }

    /// There is one job for all that is to be told about an order.
    fn wake_notifying(&mut self, order: OrderId, due_at: Timestamp) {
        let values = values![order.0, JobPart::Notifications.code(), NOTIFYING, Priority::Standard.code(), due_at.0];
        self.one(sql::WAKE_NOTIFYING, values, ConflictOn::Job);
    }

    pub(super) fn record_attempt(&mut self, attempt: &'w Attempt) {
        let Attempt { key, state, attempts, due_at, report } = attempt;
        let values = values![key.order.0, key.number, state.code(), i64::from(*attempts), due_at.0, report];
        self.one(sql::RECORD_ATTEMPT, values, ConflictOn::Notification);
    }

    pub(super) fn end_notifying(&mut self, order: OrderId, lease: &'w str, attempts: u32, due_at: Option<Timestamp>) {
        let mut values = values![order.0, JobPart::Notifications.code(), lease, i64::from(attempts)];
        let statement = match due_at {
            None => sql::END_NOTIFYING,
            Some(due_at) => {
                values.push(due_at.0.into());
                sql::PAUSE_NOTIFYING
            }
        };
        self.one(statement, values, ConflictOn::Job);
    }
}
