//! Addresses of customers.

use lettre::Address;

/// The longest address, in bytes (RFC 5321 §4.5.3.1.3, without the brackets).
const ADDRESS_BYTES_MAX: usize = 254;

/// A text that is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a mail address: name@domain, at most {ADDRESS_BYTES_MAX} bytes")]
pub struct AddressError;

/// Whether mail can be sent to it: an address alone, without a name beside it.
pub fn check_address(text: &str) -> Result<(), AddressError> {
    let fits = text.len() <= ADDRESS_BYTES_MAX && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if fits && text.parse::<Address>().is_ok() { Ok(()) } else { Err(AddressError) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_alone() {
        for good in ["a@example.org", "first.last+orders@mail.example.org", "jürgen@bücher.example"] {
            assert_eq!(check_address(good), Ok(()), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for bad in ["", "a", "a@", "@b", "a@b@c", "A <a@example.org>", "a@example.org\r\nBcc: b@example.org", "a b@c.d", &long] {
            assert_eq!(check_address(bad), Err(AddressError), "{bad}");
        }
    }
}
