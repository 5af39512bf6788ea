//! What a buyer knows of a transaction, and which answers it cannot get any more.
//!
//! A change whose answer was lost may have been made, or may still be made as long as no later one was. So there are several
//! baskets that are possible, until an answer says which it is.

use std::collections::BTreeSet;

use super::Basket;
use super::form::Reply;

/// New quantities of articles; zero removes the line.
pub(crate) type Change = Vec<(String, u64)>;

#[derive(Debug)]
pub(crate) struct Deal {
    pub(crate) buyer: u64,
    /// For the trace: ids differ from run to run.
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) is_test: bool,
    /// As it was answered last ...
    known: Basket,
    /// ... and what was sent since without an answer.
    pending: Vec<Change>,
    pub(crate) finishes_sent: usize,
    pub(crate) rollbacks_sent: usize,
    /// The seller's number, once it is known.
    pub(crate) placed: Option<String>,
    /// Somebody said that it is over.
    is_final: bool,
    /// It was rolled back for certain.
    pub(crate) is_gone: bool,
}

pub(crate) type Judged = Result<(), &'static str>;

pub(crate) fn applied(basket: &Basket, change: &Change) -> Basket {
    let mut basket = basket.clone();
    for (id, quantity) in change {
        if *quantity == 0 {
            basket.remove(id);
        } else {
            basket.insert(id.clone(), *quantity);
        }
    }
    basket
}

impl Deal {
    pub(crate) fn begun(buyer: u64, name: String, is_test: bool, reply: &Reply) -> Self {
        let (id, known) = (reply.transaction.clone(), reply.lines.clone());
        Self {
            buyer,
            name,
            id,
            is_test,
            known,
            pending: Vec::new(),
            finishes_sent: 0,
            rollbacks_sent: 0,
            placed: None,
            is_final: false,
            is_gone: false,
        }
    }

    /// The baskets that there may be.
    pub(crate) fn possible(&self) -> BTreeSet<Basket> {
        let mut all = BTreeSet::from([self.known.clone()]);
        for change in &self.pending {
            let changed: Vec<Basket> = all.iter().map(|basket| applied(basket, change)).collect();
            all.extend(changed);
        }
        all
    }

    /// Whether it is known that there is an order (or a test that is over).
    pub(crate) const fn is_over(&self) -> bool {
        self.is_final || self.placed.is_some()
    }

    /// There is no such transaction.
    const fn unknown(&mut self) -> Judged {
        if self.rollbacks_sent == 0 {
            return Err("is forgotten, and nobody has rolled it back");
        }
        if self.is_over() {
            return Err("is forgotten after it was placed");
        }
        self.is_gone = true;
        Ok(())
    }

    /// It is over.
    const fn over(&mut self) -> Judged {
        if self.is_gone {
            return Err("is there again after it was rolled back");
        }
        if self.finishes_sent == 0 {
            return Err("is over, and nobody has finished it");
        }
        self.is_final = true;
        Ok(())
    }

    /// It is still being edited.
    const fn open(&self) -> Judged {
        if self.is_gone {
            return Err("is there again after it was rolled back");
        }
        if self.is_over() {
            return Err("is open again after it was over");
        }
        Ok(())
    }

    fn shows(&mut self, lines: &Basket) -> Judged {
        if !self.possible().contains(lines) {
            return Err("has lines that it cannot have");
        }
        self.known.clone_from(lines);
        Ok(())
    }

    pub(crate) fn viewed(&mut self, reply: &Reply) -> Judged {
        match reply.code {
            200 => self.told(reply.state.unwrap_or_default())?,
            420 => return self.unknown(),
            _ => return Err("cannot be viewed"),
        }
        self.shows(&reply.lines)?;
        if self.is_over() {
            self.pending.clear();
        }
        Ok(())
    }

    pub(crate) fn told(&mut self, state: u8) -> Judged {
        match state {
            2 => self.open(),
            100 => self.over(),
            _ => Err("is told in a state that there is not"),
        }
    }

    pub(crate) fn asked(&mut self, reply: &Reply) -> Judged {
        match (reply.code, reply.told.as_slice()) {
            (200, [(id, state)]) if *id == self.id => self.told(*state),
            (420, []) => self.unknown(),
            _ => Err("has another status than there is"),
        }
    }

    pub(crate) fn updating(&mut self, change: &Change) {
        self.pending.push(change.clone());
    }

    /// The change that was sent last was refused: it is not made, and will not be.
    pub(crate) fn withdraw(&mut self, change: &Change) {
        if self.pending.last() == Some(change) {
            self.pending.pop();
        }
    }

    pub(crate) fn updated(&mut self, change: &Change, reply: &Reply) -> Judged {
        match reply.code {
            200 if reply.state == Some(2) => self.open()?,
            430 => return self.over(),
            420 => return self.unknown(),
            _ => return Err("cannot be updated"),
        }
        self.withdraw(change);
        let expected = self.possible().iter().any(|before| applied(before, change) == reply.lines);
        self.known.clone_from(&reply.lines);
        self.pending.clear();
        if expected { Ok(()) } else { Err("was updated to something else") }
    }

    pub(crate) fn finished(&mut self, reply: &Reply) -> Judged {
        match (reply.code, reply.order.clone()) {
            (200, Some(order)) => {
                self.open()?;
                self.shows(&reply.lines)?;
                self.pending.clear();
                self.number(order)
            }
            (430, Some(_)) if self.finishes_sent < 2 => Err("is refused as placed, and was not finished before"),
            (430, Some(order)) => {
                self.over()?;
                self.number(order)
            }
            (430, None) => {
                self.open()?;
                if reply.state == Some(2) { self.shows(&Basket::new()) } else { Err("is over without an order") }
            }
            (420, None) => self.unknown(),
            _ => Err("cannot be finished"),
        }
    }

    fn number(&mut self, order: String) -> Judged {
        if self.placed.as_ref().is_some_and(|placed| *placed != order) {
            return Err("has become two orders");
        }
        let is_test = order == format!("TEST-{}", self.id);
        if is_test != self.is_test {
            return Err("is a test, and was ordered, or the reverse");
        }
        self.placed = Some(order);
        Ok(())
    }

    pub(crate) fn rolled_back(&mut self, reply: &Reply) -> Judged {
        match reply.code {
            200 => {
                self.open()?;
                self.is_gone = true;
                Ok(())
            }
            420 => self.unknown(),
            430 => self.over(),
            _ => Err("cannot be rolled back"),
        }
    }

    /// A test and what is none were mixed.
    pub(crate) fn mixed(&mut self, reply: &Reply) -> Judged {
        match reply.code {
            435 if !self.is_gone => Ok(()),
            430 => self.over(),
            420 => self.unknown(),
            _ => Err("is done by a request that says otherwise whether it is a test"),
        }
    }
}
