//! EAN codes (D-BT): thirteen digits, the last of which checks the others.

/// Why a text is no EAN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EanError {
    #[error("an EAN has 13 digits (a UPC-A 12)")]
    Form,
    #[error("the check digit must be {0}")]
    CheckDigit(u32),
}

/// The thirteen digits of an EAN. A UPC-A becomes an EAN by a leading 0.
pub fn normalize_ean(text: &str) -> Result<String, EanError> {
    let ean = if text.len() == 12 { format!("0{text}") } else { text.to_owned() };
    let digits: Vec<u32> = ean.chars().filter_map(|c| c.to_digit(10)).collect();
    if ean.len() != 13 || digits.len() != 13 {
        return Err(EanError::Form);
    }
    let sum: u32 = digits[..12].iter().enumerate().map(|(at, d)| if at % 2 == 0 { *d } else { 3 * d }).sum();
    let check = (10 - sum % 10) % 10;
    if digits[12] == check { Ok(ean) } else { Err(EanError::CheckDigit(check)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        assert_eq!(normalize_ean("4000000000006"), Ok("4000000000006".into()));
        assert_eq!(normalize_ean("036000291452"), Ok("0036000291452".into()));
        assert_eq!(normalize_ean("4000000000007"), Err(EanError::CheckDigit(6)));
        for bad in ["", "400000000000", "40000000000066", "400000000000x", "٤٠٠٠٠٠٠٠٠٠٠٠٦"] {
            assert!(normalize_ean(bad).is_err(), "{bad}");
        }
    }
}
