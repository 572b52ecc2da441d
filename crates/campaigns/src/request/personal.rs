//! Checks the types of `personalInfo` and `customerInfo` (contract §6.1 and §10 B).

use serde_json::value::RawValue;

use crate::error::CampaignError;
use crate::json::{Fields, is_number, read_string};

/// The type of a field.
enum Kind {
    String,
    Integer,
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
    &[("age", Kind::Integer), ("year", Kind::Integer), ("month", Kind::Integer), ("day", Kind::Integer)];
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
const DATE: &Table = &[("day", Kind::Integer), ("month", Kind::Integer), ("year", Kind::Integer)];

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
            Kind::Integer if json.get().parse::<i64>().is_err() => "a whole number",
            Kind::Number if !is_number(json) => "a number",
            Kind::String | Kind::Integer | Kind::Number => continue,
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
