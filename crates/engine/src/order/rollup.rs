//! From the items' statuses to the order's: one function, so that the two can never disagree.

use super::Status::{self, Accepted, Cancelled, Completed, Downloaded, Failed, InProduction, Submitted, Suspended, Terminated};

/// The order's status, given its present one and those of its items (at least one).
///
/// 1. One item in production: the order is in production.
/// 2. All items final: Failed if one failed; Terminated if one was terminated; Cancelled if all
///    were cancelled; Downloaded if all were downloaded; Completed otherwise.
/// 3. Some still wait. An order that has been in production stays so once an item has come out of
///    it, and is Suspended before; any other order is Submitted while one item is, Suspended if one
///    is, and Accepted otherwise.
pub fn roll_up(present: Status, items: &(impl Iterator<Item = Status> + Clone)) -> Status {
    let any = |s: Status| items.clone().any(|i| i == s);
    let all = |s: Status| items.clone().all(|i| i == s);
    if any(InProduction) {
        return InProduction;
    }
    if items.clone().all(Status::is_final) {
        return match () {
            () if any(Failed) => Failed,
            () if any(Terminated) => Terminated,
            () if all(Cancelled) => Cancelled,
            () if all(Downloaded) => Downloaded,
            () => Completed,
        };
    }
    if present == InProduction {
        let one_came_out = any(Completed) || any(Downloaded) || any(Failed);
        return if one_came_out { InProduction } else { Suspended };
    }
    [Submitted, Suspended].into_iter().find(|&s| any(s)).unwrap_or(Accepted)
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
            assert_eq!(roll_up(*present, &items.iter().copied()), *expected, "{present} with {items:?}");
        }
    }
}
