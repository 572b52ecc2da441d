//! Reads one element of `consumers`.

use serde_json::value::RawValue;

use super::personal;
use crate::error::CampaignError;
use crate::json::{Fields, is_longer, read_string};

/// The largest number of characters of a value (contract §6.1).
const MAX_VALUE: usize = 1550;

/// A consumer whose form is valid. Addresses and values are not checked yet, because their errors reject only this
/// consumer.
pub(crate) struct Consumer<'j> {
    pub(crate) addresses: ConsumerAddresses<'j>,
    pub(crate) variables: Variables<'j>,
    pub(crate) header_variables: Option<Variables<'j>>,
    pub(crate) button_variables: Option<Variables<'j>>,
    pub(crate) personal_info: Option<&'j RawValue>,
    pub(crate) customer_info: Option<&'j RawValue>,
}

/// Where the consumer can be reached.
pub(crate) enum ConsumerAddresses<'j> {
    /// `consumerContent`: an address for each channel.
    ByChannel { fields: Fields<'j>, json: &'j RawValue },
    /// The old form: one phone number for all channels, in international notation without `+`.
    Number(String),
}

/// Values by name.
pub(crate) struct Variables<'j> {
    pub(crate) fields: Fields<'j>,
    pub(crate) json: &'j RawValue,
}

impl<'j> Consumer<'j> {
    /// Reads `json`, which errors call `path`.
    pub(crate) fn read(path: String, json: &'j RawValue) -> Result<Self, CampaignError> {
        let fields = Fields::of_value(path, json)?;
        let addresses = read_addresses(&fields)?;
        let variables = read_variables(&fields, "variables")?;
        Ok(Self {
            addresses,
            variables: variables.ok_or(CampaignError::FieldMissing { name: "variables" })?,
            header_variables: read_variables(&fields, "headerVariables")?,
            button_variables: read_variables(&fields, "buttonVariables")?,
            personal_info: personal::read_personal_info(&fields)?,
            customer_info: personal::read_customer_info(&fields)?,
        })
    }
}

/// `consumerContent`, or else the old form.
fn read_addresses<'j>(fields: &Fields<'j>) -> Result<ConsumerAddresses<'j>, CampaignError> {
    if let Some((json, fields)) = fields.get("consumerContent").zip(fields.object("consumerContent")?) {
        return Ok(ConsumerAddresses::ByChannel { fields, json });
    }
    let (code, number) = ("consumerCountryCode", "consumerPhoneNumber");
    match (fields.string(code)?, fields.string(number)?) {
        (Some(code), Some(number)) => {
            Ok(ConsumerAddresses::Number(format!("{}{number}", code.trim_start_matches('+'))))
        }
        (Some(_), None) => Err(CampaignError::FieldMissing { name: number }),
        (None, Some(_)) => Err(CampaignError::FieldMissing { name: code }),
        (None, None) => Err(CampaignError::FieldMissing { name: "consumerContent" }),
    }
}

fn read_variables<'j>(
    fields: &Fields<'j>,
    field: &'static str,
) -> Result<Option<Variables<'j>>, CampaignError> {
    let path = fields.path(field);
    let Some((json, fields)) = fields.get(field).zip(fields.object(field)?) else { return Ok(None) };
    // A JSON string is never shorter than its content, so short values need not be decoded here.
    let long = fields.iter().filter(|(_, json)| json.get().len() > MAX_VALUE);
    if long.filter_map(|(_, json)| read_string(json)).any(|value| is_longer(&value, MAX_VALUE)) {
        return Err(CampaignError::TooLong { field: path, maximum: MAX_VALUE });
    }
    Ok(Some(Variables { fields, json }))
}
