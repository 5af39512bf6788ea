//! From table `[price]` to the price list. Whatever could never apply is refused.

use rust_decimal::Decimal;

use super::price::{DeliverySurcharge, OptionSurcharge, PriceList};
use super::price_file::{Amount, DeliveryPriceFile, OptionFile, PriceFile, Way};
use super::read::{Refused, length, refused};
use super::{Kind, OptionSet, Ways};
use crate::quotation::Unit;

pub(super) fn price_list(file: PriceFile, sets: &[OptionSet]) -> Result<PriceList, Refused> {
    let unit = Unit::parse(&file.currency).or_else(|problem| refused("price.currency", problem))?;
    if let Some(contract) = &file.contract {
        length("price.contract", contract, 0, 1024)?;
    }
    if file.free {
        check_free(&file)?;
    } else if file.per_item.is_none() {
        return refused("price", "lacks per_item: what an item costs, without surcharges; or free = true");
    }
    let amount = |key: &str, amount: Option<Amount>| read(&unit, key, amount);
    Ok(PriceList {
        per_item: amount("price.per_item", file.per_item)?,
        base_fee: amount("price.base_fee", file.base_fee)?,
        fast_track: amount("price.fast_track", file.fast_track)?,
        options: options(file.option, &unit, sets)?,
        delivery: delivery(file.delivery, &unit, sets)?,
        free: file.free,
        contract: file.contract,
        unit,
    })
}

fn check_free(file: &PriceFile) -> Result<(), Refused> {
    let set = [
        ("price.per_item", file.per_item.is_some()),
        ("price.base_fee", file.base_fee.is_some()),
        ("price.fast_track", file.fast_track.is_some()),
        ("price.option", !file.option.is_empty()),
        ("price.delivery", !file.delivery.is_empty()),
    ];
    match set.into_iter().find(|(_, is_set)| *is_set) {
        Some((key, _)) => refused(key, "must not be set where all is free"),
        None => Ok(()),
    }
}

fn read(unit: &Unit, key: &str, amount: Option<Amount>) -> Result<Decimal, Refused> {
    match amount {
        Some(Amount(text)) => unit.amount(&text).or_else(|problem| refused(key, problem)),
        None => Ok(Decimal::ZERO),
    }
}

fn options(files: Vec<OptionFile>, unit: &Unit, sets: &[OptionSet]) -> Result<Vec<OptionSurcharge>, Refused> {
    let mut surcharges: Vec<OptionSurcharge> = Vec::new();
    for (n, OptionFile { name, value, surcharge }) in files.into_iter().enumerate() {
        let at = format!("price.option[{n}]");
        check_option(&name, &value.0, &at, sets)?;
        if surcharges.iter().any(|other| other.name == name && other.value == value.0) {
            return refused(at, "is given twice");
        }
        let surcharge = read(unit, &format!("{at}.surcharge"), Some(surcharge))?;
        surcharges.push(OptionSurcharge { name, value: value.0, surcharge });
    }
    Ok(surcharges)
}

/// The value must be one that an order can choose.
fn check_option(name: &str, value: &str, at: &str, sets: &[OptionSet]) -> Result<(), Refused> {
    let mut expected = None;
    for component in sets.iter().flat_map(|set| &set.options).map(|o| &o.component).filter(|c| c.name == name) {
        let Kind::Scalar { scalar, .. } = &component.kind else {
            return refused(format!("{at}.name"), "is an option that has no single value, so it cannot have a surcharge");
        };
        match scalar.check(value) {
            Ok(()) => return Ok(()),
            Err(problem) => expected = Some(problem),
        }
    }
    match expected {
        Some(problem) => refused(format!("{at}.value"), format!("is no value of the option: {problem}")),
        None => refused(format!("{at}.name"), "is no option of the collection"),
    }
}

fn delivery(files: Vec<DeliveryPriceFile>, unit: &Unit, sets: &[OptionSet]) -> Result<Vec<DeliverySurcharge>, Refused> {
    let mut surcharges: Vec<DeliverySurcharge> = Vec::new();
    for (n, DeliveryPriceFile { way, by, surcharge }) in files.into_iter().enumerate() {
        let at = format!("price.delivery[{n}]");
        let mut offered = sets.iter().flat_map(|set| words(way, &set.delivery)).peekable();
        if !sets.is_empty() && offered.peek().is_none() {
            return refused(format!("{at}.way"), "is offered by no order_options of the collection");
        }
        if let Some(by) = &by
            && !sets.is_empty()
            && !offered.any(|word| word == by)
        {
            return refused(format!("{at}.by"), "is offered by no order_options of the collection");
        }
        let way = element(way);
        if surcharges.iter().any(|other| other.way == way && other.word == by) {
            return refused(at, "is given twice");
        }
        let surcharge = read(unit, &format!("{at}.surcharge"), Some(surcharge))?;
        surcharges.push(DeliverySurcharge { way, word: by, surcharge });
    }
    Ok(surcharges)
}

fn words(way: Way, ways: &Ways) -> &[String] {
    match way {
        Way::OnlineDataAccess => &ways.online_data_access,
        Way::OnlineDataDelivery => &ways.online_data_delivery,
        Way::MediaDelivery => &ways.media_delivery,
    }
}

const fn element(way: Way) -> &'static str {
    match way {
        Way::OnlineDataAccess => "onlineDataAccess",
        Way::OnlineDataDelivery => "onlineDataDelivery",
        Way::MediaDelivery => "mediaDelivery",
    }
}
