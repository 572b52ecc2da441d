//! Checks the types of `personalInfo` and `customerInfo` (contract §6.1 and §10 B). Values of enumerations are not
//! documented, so any string is accepted for them.

use std::ops::RangeInclusive;

use serde_json::value::RawValue;

use crate::error::CampaignError;
use crate::json::{Fields, is_number, read_string};

/// The type of a field.
enum Kind {
    String,
    Integer,
    /// A month of a date.
    Month,
    /// A day of a month.
    Day,
    /// A number, with or without decimals.
    Number,
    Object(&'static Table),
    /// An array of objects.
    Array(&'static Table),
}

/// The fields of an object with their types. All are optional; others are ignored.
type Table = [(&'static str, Kind)];

const PERSONAL_INFO: &Table = &[
    ("firstname", Kind::String),
    ("lastname", Kind::String),
    ("age", Kind::Object(AGE)),
    ("contacts", Kind::Array(CONTACT)),
    ("gender", Kind::String),
    ("language", Kind::String),
    ("company", Kind::String),
];
const AGE: &Table =
    &[("age", Kind::Integer), ("year", Kind::Integer), ("month", Kind::Month), ("day", Kind::Day)];
const CONTACT: &Table =
    &[("email", Kind::String), ("phone", Kind::String), ("address", Kind::Object(ADDRESS))];
const ADDRESS: &Table = &[("country", Kind::String), ("region", Kind::String)];

const CUSTOMER_INFO: &Table = &[
    ("cstatus", Kind::String),
    ("ctype", Kind::String),
    ("customerId", Kind::String),
    ("balance", Kind::Number),
    ("currency", Kind::String),
    ("socialId", Kind::String),
    ("imei", Kind::String),
    ("userName", Kind::String),
    ("companySize", Kind::Integer),
    ("companyBranch", Kind::String),
    ("accountName", Kind::String),
    ("role", Kind::String),
    ("lastPaymentDate", Kind::Object(DATE)),
    ("registrationDate", Kind::Object(DATE)),
    ("loginStatus", Kind::Integer),
];
const DATE: &Table = &[("day", Kind::Day), ("month", Kind::Month), ("year", Kind::Integer)];

/// `personalInfo` of a consumer, as it was sent.
pub(super) fn read_personal_info<'j>(consumer: &Fields<'j>) -> Result<Option<&'j RawValue>, CampaignError> {
    read(consumer, "personalInfo", PERSONAL_INFO)
}

/// `customerInfo` of a consumer, as it was sent.
pub(super) fn read_customer_info<'j>(consumer: &Fields<'j>) -> Result<Option<&'j RawValue>, CampaignError> {
    read(consumer, "customerInfo", CUSTOMER_INFO)
}

fn read<'j>(
    consumer: &Fields<'j>,
    field: &'static str,
    table: &Table,
) -> Result<Option<&'j RawValue>, CampaignError> {
    let Some(object) = consumer.object(field)? else { return Ok(None) };
    check(&object, table)?;
    Ok(consumer.get(field))
}

fn check(object: &Fields<'_>, table: &Table) -> Result<(), CampaignError> {
    for (field, kind) in table {
        let Some(json) = object.get(field) else { continue };
        let expected = match kind {
            Kind::String if read_string(json).is_none() => "a string",
            Kind::Integer if integer(json).is_none() => "a whole number",
            Kind::Month if !is_within(json, 1..=12) => "a month from 1 to 12",
            Kind::Day if !is_within(json, 1..=31) => "a day from 1 to 31",
            Kind::Number if !is_number(json) => "a number",
            Kind::String | Kind::Integer | Kind::Month | Kind::Day | Kind::Number => continue,
            Kind::Object(table) => {
                check(&Fields::of_value(object.path(field), json)?, table)?;
                continue;
            }
            Kind::Array(table) => {
                for element in object.array(field)?.unwrap_or_default() {
                    check(&Fields::of_value(object.path(field), element)?, table)?;
                }
                continue;
            }
        };
        return Err(object.invalid(field, expected));
    }
    Ok(())
}

fn integer(json: &RawValue) -> Option<i64> {
    json.get().parse().ok()
}

fn is_within(json: &RawValue, permitted: RangeInclusive<i64>) -> bool {
    integer(json).is_some_and(|number| permitted.contains(&number))
}
