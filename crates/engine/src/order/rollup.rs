//! From the items' statuses to the order's: one function, so that the two can never disagree.

use super::Status::{self, Accepted, Cancelled, Completed, Downloaded, Failed, InProduction, Submitted, Suspended, Terminated};

/// The order's status, given its present one and those of its items (at least one): for each, whether it is a
/// [standing](super::Item::standing) one, and its status.
///
/// 1. One item in production: the order is in production.
/// 2. All items final: [`ending`] says how.
/// 3. Some still wait. An order that has been in production stays so while products wait, once one has come out of
///    it, and is Suspended before; any other order is Submitted while one item is, Suspended if one is (a subscription that
///    waits for products is), and Accepted otherwise.
pub fn roll_up(present: Status, items: &(impl Iterator<Item = (bool, Status)> + Clone)) -> Status {
    let any = |s: Status| items.clone().any(|(_, i)| i == s);
    if any(InProduction) {
        return InProduction;
    }
    if items.clone().all(|(_, i)| i.is_final()) {
        return ending(items);
    }
    if present == InProduction && items.clone().any(|(standing, i)| !standing && !i.is_final()) {
        let one_came_out = [Completed, Downloaded, Failed, Cancelled].into_iter().any(any);
        return if one_came_out { InProduction } else { Suspended };
    }
    [Submitted, Suspended].into_iter().find(|&s| any(s)).unwrap_or(Accepted)
}

/// How an order ended whose items are all final. Where there are standing items, they say: Cancelled if one was cancelled,
/// Terminated if one was terminated, else Failed; what became of their products is no end of theirs. Otherwise: Failed if one
/// failed; Terminated if one was terminated; Cancelled if all were cancelled; Downloaded if all were downloaded; Completed if
/// nothing else.
fn ending(items: &(impl Iterator<Item = (bool, Status)> + Clone)) -> Status {
    let any = |s: Status| items.clone().any(|(_, i)| i == s);
    let all = |s: Status| items.clone().all(|(_, i)| i == s);
    let standing = items.clone().filter_map(|(standing, i)| standing.then_some(i));
    if standing.clone().next().is_some() {
        return [Cancelled, Terminated].into_iter().find(|&s| standing.clone().any(|i| i == s)).unwrap_or(Failed);
    }
    match () {
        () if any(Failed) => Failed,
        () if any(Terminated) => Terminated,
        () if all(Cancelled) => Cancelled,
        () if all(Downloaded) => Downloaded,
        () => Completed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roll_up_of_each_mixture() {
        let cases: &[(Status, &[Status], Status)] = &[
            (Submitted, &[Submitted, Submitted], Submitted),
            (Submitted, &[Accepted, Accepted], Accepted),
            (Accepted, &[Suspended, Suspended], Suspended),
            (Suspended, &[InProduction, Suspended], InProduction),
            (InProduction, &[Completed, Suspended], InProduction),
            (InProduction, &[Failed, Suspended], InProduction),
            (InProduction, &[Suspended, Suspended], Suspended),
            (InProduction, &[Completed, Completed], Completed),
            (InProduction, &[Completed, Downloaded], Completed),
            (Completed, &[Downloaded, Downloaded], Downloaded),
            (InProduction, &[Completed, Failed], Failed),
            (InProduction, &[Completed, Cancelled], Completed),
            (Submitted, &[Cancelled, Cancelled], Cancelled),
            (Suspended, &[Cancelled, Suspended], Suspended),
            (Submitted, &[Failed, Submitted], Submitted),
            (InProduction, &[Completed, Terminated], Terminated),
        ];
        for (present, items, expected) in cases {
            assert_eq!(roll_up(*present, &items.iter().map(|&s| (false, s))), *expected, "{present} with {items:?}");
        }
    }

    #[test]
    fn the_roll_up_of_subscriptions_and_their_products() {
        let cases: &[(Status, &[Status], &[Status], Status)] = &[
            (Accepted, &[Suspended], &[], Suspended),
            (Suspended, &[Suspended], &[Suspended], Suspended),
            (Suspended, &[Suspended], &[Suspended, InProduction], InProduction),
            (InProduction, &[Suspended], &[Suspended, Completed], InProduction),
            (InProduction, &[Suspended], &[Suspended], Suspended),
            (InProduction, &[Suspended], &[Completed, Failed, Downloaded], Suspended),
            (Suspended, &[Suspended], &[Accepted], Suspended),
            (Suspended, &[Suspended, Terminated], &[Completed], Suspended),
            (Suspended, &[Terminated], &[Failed, Completed], Terminated),
            (InProduction, &[Terminated], &[InProduction], InProduction),
            (InProduction, &[Terminated], &[Suspended, Completed], InProduction),
            (InProduction, &[Terminated], &[Failed], Terminated),
            (Terminated, &[Terminated], &[Downloaded], Terminated),
            (Suspended, &[Cancelled, Terminated], &[Completed], Cancelled),
            (InProduction, &[Cancelled], &[Cancelled, Completed], Cancelled),
            (Suspended, &[Failed, Suspended], &[], Suspended),
            (Suspended, &[Failed], &[Completed], Failed),
        ];
        for (present, standing, products, expected) in cases {
            let items = standing.iter().map(|&s| (true, s)).chain(products.iter().map(|&s| (false, s)));
            assert_eq!(roll_up(*present, &items), *expected, "{present} with {standing:?} and {products:?}");
        }
    }
}
