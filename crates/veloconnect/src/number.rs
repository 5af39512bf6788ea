//! Numbers as answers have them: no superfluous zeros, never an exponent.

use rust_decimal::Decimal;

/// A number without superfluous zeros.
pub(crate) fn number(value: Decimal) -> String {
    text(value, 0)
}

/// An amount of money: with at least two decimals.
pub(crate) fn amount(value: Decimal) -> String {
    text(value, 2)
}

/// An answer has dozens of numbers, and hardly one of them is longer than a processor's word.
fn text(value: Decimal, decimals_min: u32) -> String {
    match u64::try_from(value.mantissa().unsigned_abs()) {
        Ok(mantissa) => short(value.is_sign_negative() && mantissa != 0, mantissa, value.scale(), decimals_min),
        Err(_) => long(value, decimals_min),
    }
}

fn long(value: Decimal, decimals_min: u32) -> String {
    let mut value = value.normalize();
    if value.scale() < decimals_min {
        value.rescale(decimals_min);
    }
    value.to_string()
}

/// `mantissa` with so many decimals.
fn short(negative: bool, mut mantissa: u64, mut scale: u32, decimals_min: u32) -> String {
    while scale > decimals_min && mantissa.is_multiple_of(10) {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    let decimals = scale.max(decimals_min) as usize;
    let mut digits = mantissa.to_string();
    digits.extend(std::iter::repeat_n('0', decimals - scale as usize));
    if let Some(missing @ 1..) = (decimals + 1).checked_sub(digits.len()) {
        digits.insert_str(0, &"0".repeat(missing));
    }
    if decimals > 0 {
        digits.insert(digits.len() - decimals, '.');
    }
    if negative {
        digits.insert(0, '-');
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_have_no_superfluous_zeros_and_amounts_two_decimals() {
        let read = |text: &str| text.parse::<Decimal>().unwrap_or_default();
        for (value, as_number, as_amount) in [
            ("0", "0", "0.00"),
            ("-0.000", "0", "0.00"),
            ("10", "10", "10.00"),
            ("2.90", "2.9", "2.90"),
            ("0.349", "0.349", "0.349"),
            ("-0.05", "-0.05", "-0.05"),
            ("1200.000", "1200", "1200.00"),
            ("79228162514264337593543950335", "79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!((number(read(value)).as_str(), amount(read(value)).as_str()), (as_number, as_amount), "{value}");
        }
    }

    proptest! {
        #[test]
        fn short_numbers_are_written_as_long_ones(mantissa: i64, scale in 0..=28_u32, decimals in 0..4_u32) {
            let value = Decimal::from_i128_with_scale(i128::from(mantissa), scale);
            prop_assert_eq!(text(value, decimals), long(value, decimals));
        }
    }
}
