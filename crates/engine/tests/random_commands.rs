//! Random command sequences over every automaton: whatever is asked for, in whatever order, no
//! order and no transaction ever stands where its table does not let it stand.
#![allow(clippy::unwrap_used)]

use ordergate_engine::order::{
    self, Command, Item, Order, OrderKind, Priority, State, Status, Subject, automaton, entries_of, roll_up,
};
use ordergate_engine::transaction::{self, Kind, Operation, Outcome, Refusal, StateCode, Transaction, automaton::Verb};
use ordergate_engine::{AccountId, Actor, Document, OrderId, Protocol, ProviderId, Timestamp, TransactionId};
use proptest::prelude::*;

fn new_order(items: usize) -> Order {
    let at = Timestamp(0);
    let item = |n: usize| Item {
        item_id: format!("item_{n}"),
        state: State::submitted(at),
        result: None,
        listed: false,
        standing: false,
        document: Document::default(),
    };
    Order {
        id: OrderId(1),
        provider: ProviderId::DEFAULT,
        owner: AccountId(1),
        protocol: Protocol::Oseo,
        kind: OrderKind::Product,
        reference: None,
        priority: Priority::Standard,
        submitted_at: at,
        state: State::submitted(at),
        revision: 1,
        document: Document::default(),
        items: (0..items).map(item).collect(),
    }
}

fn rolled_up(order: &Order) -> Status {
    roll_up(order.state.status, &order.items.iter().map(|i| (i.standing, i.state.status)))
}

fn command() -> impl Strategy<Value = Command> {
    let item = 0usize..6;
    prop_oneof![
        3 => Just(Command::Accept),
        3 => prop_oneof![3 => Just(usize::MAX), 1 => 0usize..3].prop_map(|most| Command::Queue { most }),
        6 => item.clone().prop_map(|item| Command::Start { item }),
        4 => item.clone().prop_map(|item| Command::Complete { item, result: Some("urn:x".into()) }),
        2 => item.clone().prop_map(|item| Command::Requeue { item, reason: "again".into() }),
        2 => item.clone().prop_map(|item| Command::Fail { item, reason: "broken".into() }),
        2 => item.clone().prop_map(|item| Command::Download { item }),
        1 => Just(Command::Suspend { reason: "held".into() }),
        1 => Just(Command::Resume),
        1 => Just(Command::Cancel { reason: "withdrawn".into() }),
        2 => item.clone().prop_map(|item| Command::Terminate { item, reason: "over".into() }),
        2 => proptest::collection::vec(item.clone(), 0..3).prop_map(|items| Command::StartThese { items }),
        2 => proptest::collection::vec(item.clone(), 0..3).prop_map(|items| Command::CompleteThese { items }),
        1 => proptest::collection::vec(item, 0..3).prop_map(|items| Command::CancelThese { items, reason: "sold out".into() }),
        1 => Just(Command::Record { text: "invoiced".into() }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Checklist OSEO 52, over every order the engine can make.
    #[test]
    fn an_order_moves_only_along_its_table(items in 1usize..6, commands in prop::collection::vec(command(), 0..60)) {
        let mut order = new_order(items);
        let mut now = Timestamp(0);
        for command in &commands {
            now = now.plus_micros(1);
            let before = order.clone();
            match order::decide(&order, command) {
                Err(_) => prop_assert_eq!(&order, &before),
                Ok(changes) => {
                    prop_assert!(!changes.is_empty());
                    order::apply(&mut order, &changes, now);
                    prop_assert_eq!(order.revision, before.revision + 1);
                    let history = entries_of(order.id, &changes, now, &Actor::worker(), "test");
                    prop_assert_eq!(history.len(), changes.len());
                    check_moves(&before, &order)?;
                }
            }
            // The roll-up is a fixed point: an order never disagrees with its items.
            prop_assert_eq!(rolled_up(&order), order.state.status);
        }
    }

    /// The same for subscriptions: whatever is fed to them and whenever, they agree with their items, and only standing items
    /// end them.
    #[test]
    fn a_subscription_is_ended_by_its_standing_items_alone(
        standing in 1usize..3, steps in prop::collection::vec(prop_oneof![4 => command().prop_map(Some), 1 => Just(None)], 0..60),
    ) {
        let mut order = new_order(standing);
        order.kind = OrderKind::Subscription;
        order.items.iter_mut().for_each(|item| item.standing = true);
        for step in steps {
            let before = order.clone();
            match &step {
                None if order.items.iter().any(Item::is_active) => {
                    let waits = State { status: Status::Suspended, since: Timestamp(1), info: None };
                    let product = Item { state: waits, standing: false, ..order.items[0].clone() };
                    order::append(&mut order, vec![product]);
                    prop_assert_eq!(&order.state, &before.state);
                    prop_assert_eq!(order.revision, before.revision + 1);
                }
                None => {}
                Some(command) => if let Ok(changes) = order::decide(&order, command) {
                    order::apply(&mut order, &changes, Timestamp(1));
                    check_moves(&before, &order)?;
                },
            }
            prop_assert_eq!(rolled_up(&order), order.state.status);
            let over = order.items.iter().filter(|i| i.standing).all(|i| i.state.status.is_final());
            prop_assert!(over || !order.state.status.is_final(), "{:?}", order);
            prop_assert!(order.items.iter().all(|i| !i.standing || !matches!(i.state.status, Status::InProduction | Status::Completed)));
        }
    }

    /// No legal command on an item is refused because of the order: only the item's own status and number decide.
    #[test]
    fn the_roll_up_never_stands_in_the_way(items in 1usize..6, commands in prop::collection::vec(command(), 0..60)) {
        let mut order = new_order(items);
        for command in &commands {
            match order::decide(&order, command) {
                Ok(changes) => order::apply(&mut order, &changes, Timestamp(1)),
                Err(order::Refusal::IllegalMove { subject, .. }) => prop_assert_ne!(subject, "the order"),
                Err(_) => {}
            }
        }
    }

    /// Checklist veloconnect 20-25, 52, 55, 59: states only by the table, refusals change nothing.
    #[test]
    fn a_transaction_moves_only_along_its_table(kind in prop::sample::select(&Kind::ALL[..]), something: bool, is_test: bool,
                                                steps in prop::collection::vec((operation(), prop::option::of(any::<bool>())), 0..40)) {
        let mut t = new_transaction(kind, something, is_test);
        for (operation, flag) in steps {
            let before = t.clone();
            match transaction::decide(&t, operation, flag) {
                Ok(Outcome::State(to)) => {
                    prop_assert!(flag.is_none_or(|f| f == is_test));
                    prop_assert!(kind.moves().iter().any(|m| m.from == t.state.number() && m.to == to.number()));
                    prop_assert!(!t.state.is_final() || to == t.state);
                    t.state = to;
                }
                Ok(Outcome::Deleted) => {
                    prop_assert!(t.state.may_roll_back() && operation == Operation::Rollback);
                    break;
                }
                Err(refusal) => {
                    prop_assert!(refusal != Refusal::TestMix || flag == Some(!is_test));
                    prop_assert_eq!(&t, &before);
                }
            }
        }
    }
}

fn check_moves(before: &Order, after: &Order) -> Result<(), TestCaseError> {
    let pairs = before.items.iter().zip(&after.items).map(|(b, a)| (b.state.status, a.state.status));
    for (from, to) in pairs.chain([(before.state.status, after.state.status)]) {
        prop_assert!(from == to || automaton::permits(from, to), "{} became {}", from, to);
    }
    Ok(())
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        (0usize..3).prop_map(|lines| Operation::Create { lines }),
        (0usize..3).prop_map(|lines| Operation::Update { lines }),
        Just(Operation::View),
        Just(Operation::Finish),
        any::<bool>().prop_map(|closes| Operation::Fetch { closes }),
        Just(Operation::Imported),
        (0usize..3).prop_map(|lines| Operation::BasketChanged { lines }),
        Just(Operation::Rollback),
    ]
}

fn new_transaction(kind: Kind, something: bool, is_test: bool) -> Transaction {
    Transaction {
        key: transaction::Key { provider: ProviderId::DEFAULT, owner: AccountId(1), id: TransactionId("t".into()) },
        kind,
        state: transaction::create(kind, something).unwrap(),
        is_test,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        revision: 1,
        order: None,
        context: Document::default(),
    }
}

/// Every pair of statuses that the table lacks is refused, with a reason that names both.
#[test]
fn every_illegal_item_move_is_refused_with_its_reason() {
    for from in Status::ALL {
        for (command, to) in [
            (Command::Start { item: 0 }, Status::InProduction),
            (Command::Complete { item: 0, result: None }, Status::Completed),
            (Command::Requeue { item: 0, reason: "r".into() }, Status::Suspended),
            (Command::Fail { item: 0, reason: "r".into() }, Status::Failed),
            (Command::Download { item: 0 }, Status::Downloaded),
        ] {
            let mut order = new_order(1);
            order.items[0].state.status = from;
            order.state.status = from;
            let decided = order::decide(&order, &command);
            if automaton::permits(from, to) {
                let changes = decided.unwrap();
                assert_eq!((changes[0].subject, changes[0].from, changes[0].to), (Subject::Item(0), from, to));
            } else {
                assert_eq!(decided, Err(order::Refusal::IllegalMove { subject: "item item_0".into(), from, to }));
            }
        }
    }
}

#[test]
fn a_failed_order_names_its_failed_items() {
    let mut order = new_order(2);
    for command in [
        Command::Accept,
        Command::Queue { most: usize::MAX },
        Command::Start { item: 0 },
        Command::Start { item: 1 },
        Command::Fail { item: 0, reason: "no such scene".into() },
        Command::Complete { item: 1, result: None },
    ] {
        let changes = order::decide(&order, &command).unwrap();
        order::apply(&mut order, &changes, Timestamp(1));
    }
    assert_eq!(order.state.status, Status::Failed);
    assert_eq!(order.state.info.as_deref(), Some("item_0: no such scene"));
    assert_eq!(order::decide(&order, &Command::Start { item: 9 }), Err(order::Refusal::NoSuchItem { item: 9, items: 2 }));
}

/// Checklist veloconnect 23: rollback in 50..199 is refused; below it deletes, but the shop's basket stays.
#[test]
fn rollback_by_state() {
    for kind in Kind::ALL {
        for (state, _) in kind.states() {
            let mut t = new_transaction(kind, true, false);
            t.state = StateCode::new(*state).unwrap();
            let decided = transaction::decide(&t, Operation::Rollback, None);
            match decided {
                Ok(Outcome::Deleted) => assert!(*state < 50 && !kind.is_permanent()),
                Ok(Outcome::State(to)) => assert!(kind.is_permanent() && to == StateCode::INITIAL),
                Err(_) => assert!(*state >= 50 || !kind.allows(t.state, Verb::Rollback)),
            }
        }
    }
}
