//! The lexical form of `xs:duration`.

/// Each part's letter, the sum it goes to (months or days), and what it is of that sum's unit:
/// months of a year, or parts of a day.
const UNITS: [(u8, Sum); 6] = [
    (b'Y', Sum::Months(12)),
    (b'M', Sum::Months(1)),
    (b'D', Sum::Days(1)),
    (b'H', Sum::Days(24)),
    (b'M', Sum::Days(24 * 60)),
    (b'S', Sum::Days(24 * 60 * 60)),
];

/// Where the parts of a day begin.
const TIME: usize = 3;

#[derive(Clone, Copy)]
enum Sum {
    Months(i64),
    Days(i64),
}

/// `PnYnMnDTnHnMnS`: each part at most once and in order, at least one, at least one after `T`; only
/// seconds with a fraction. libxml2 refuses what overflows 64 bits of months or of days.
pub(super) fn is_duration(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    text.strip_prefix('P').is_some_and(|parts| are_parts(parts.as_bytes()).is_some())
}

fn are_parts(mut rest: &[u8]) -> Option<()> {
    let (mut next, mut months, mut days) = (0, 0_i64, 0_i64);
    loop {
        match rest.strip_prefix(b"T") {
            Some(time) if next <= TIME => (rest, next) = (time, TIME),
            Some(_) => return None,
            // Only now may a part of a day follow.
            None if next == TIME => return None,
            None => {}
        }
        let (number, fraction, after) = number(rest)?;
        let (letter, after) = after.split_first()?;
        let end = if next < TIME { TIME } else { UNITS.len() };
        let unit = (next..end).find(|unit| UNITS[*unit].0 == *letter)?;
        if fraction && *letter != b'S' {
            return None;
        }
        match UNITS[unit].1 {
            Sum::Months(each) => months = months.checked_add(number.checked_mul(each)?)?,
            Sum::Days(parts) => days = days.checked_add(number / parts)?,
        }
        if after.is_empty() {
            return Some(());
        }
        (rest, next) = (after, unit + 1);
    }
}

/// The whole part, whether there is a point, and what follows. There is a digit on at least one side of the point.
fn number(text: &[u8]) -> Option<(i64, bool, &[u8])> {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(text);
    let add = |number: i64, digit: &u8| number.checked_mul(10)?.checked_add(i64::from(digit - b'0'));
    let number = text[..whole].iter().try_fold(0, add)?;
    match text[whole..].strip_prefix(b".") {
        None => (whole > 0).then(|| (number, false, &text[whole..])),
        Some(after) => {
            let count = digits(after);
            (whole + count > 0).then(|| (number, true, &after[count..]))
        }
    }
}
