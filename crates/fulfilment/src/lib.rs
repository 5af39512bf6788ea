//! Works orders off: claims due items, runs the operator's processor, records what happened.
//!
//! A [`Worker`] serves one queue (the orders of one protocol). It claims jobs from the store, fast
//! track first, then oldest first, and moves each order through Accepted, Suspended (queued),
//! InProduction and Completed or Failed, item by item. Every move is committed together with the
//! change to its job, so that an order is never without the job that carries it on.
//!
//! A claimed job is held by a lease, which is extended while the item is worked on. A worker that
//! cannot extend it in time ends its run before the lease does: two runs of one item never overlap,
//! and an item whose worker died is taken up again by whoever claims it next.
//!
//! What an item's production means is a [`Processor`]'s business: [`DemoProcessor`] waits a moment,
//! [`CommandProcessor`] runs the operator's program (its contract stands in [`command`]), [`HttpProcessor`] calls the
//! operator's service.
//!
//! Workers outside the server fetch items over the [`PullQueue`], by the same rules.
//!
//! Whose items wait for a while is said over the [`QueueDesk`].
//!
//! What is to be brought to its customer before it is complete has a job of its own, and a worker of its own
//! ([`Worker::of_deliveries`], [`Deliver`]).
//!
//! What a person does to an order goes over the [`Desk`], beside the workers and by the same rules; that an
//! item was fetched is noted by [`note_fetched`].

mod clock;
pub mod command;
mod delivering;
mod demo;
mod desk;
mod fetched;
pub mod file_url;
mod http;
mod listing;
mod moves;
mod options;
mod pausing;
mod processor;
mod result_url;
mod said;
mod worker;

pub use clock::SystemClock;
pub use command::CommandProcessor;
pub use delivering::{Deliver, Delivers, NoDeliveries, NotDelivered};
pub use demo::{DemoFile, DemoProcessor};
pub use desk::{Action, Desk, DeskError, NO_REASON, reason};
pub use fetched::note_fetched;
pub use http::{HttpProcessor, HttpProcessorError};
pub use listing::{Listed, Listing};
pub use moves::ChangeError;
pub use options::{FulfilmentOptions, OptionError, ProcessorKind};
pub use pausing::{PauseError, QueueDesk};
pub use processor::{Describe, NoDetails, Outcome, Processor, WorkItem, kind_name, priority_name, processor_of};
pub use result_url::is_usable as is_usable_result;
pub use worker::{ClaimToken, Claimed, LEASE_SECONDS, LeaseEnd, PullError, PullQueue, Waker, Worker, WorkerHandle};
