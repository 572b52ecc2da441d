//! Reads the body of `POST /api/v2/account/{id}/campaign` (contract §6.1, corrected by §10).
//!
//! Only the form of the request is checked here. [`CampaignRequest::check`] compares its consumers with the handoff.

mod consumer;
mod personal;
mod windows;

use std::fmt;

use outbound_model::HandoffId;
use outbound_schedule::Windows;

pub(crate) use consumer::{Consumer, ConsumerAddresses, Variables};

use crate::error::CampaignError;
use crate::json::Fields;
use crate::limits::{MAX_CONSUMERS, MAX_REQUEST_BYTES};

/// The `templateId` of an SMS without a handoff.
const PLAIN_SMS: &str = "1234567890";

// Lengths in characters (contract §6.1).
const MAX_NAME: usize = 255;
const MAX_SKILL: usize = 255;
const MAX_TEMPLATE_ID: usize = 32;
const MAX_OUTBOUND_NUMBER: usize = 16;

/// What a campaign sends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TemplateId {
    /// An SMS whose whole content is variable 1: `templateId` is `1234567890`.
    PlainSms,
    /// A handoff.
    Handoff(HandoffId),
}

/// A request whose form is valid. It borrows from the body.
pub struct CampaignRequest<'j> {
    campaign_name: String,
    skill: String,
    template_id: TemplateId,
    outbound_number: Option<String>,
    windows: Option<Windows>,
    pub(crate) consumers: Vec<Consumer<'j>>,
}

impl<'j> CampaignRequest<'j> {
    /// Reads a request. Unknown fields are ignored. The first error is reported, in the order of the contract's table
    /// of fields.
    pub fn read(body: &'j [u8]) -> Result<Self, CampaignError> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(CampaignError::RequestTooLarge);
        }
        let fields = Fields::of_body(body)?;
        let campaign_name = fields.required_string("campaignName", MAX_NAME)?;
        let skill = fields.required_string("skill", MAX_SKILL)?;
        let template_id = read_template_id(&fields)?;
        let outbound_number = read_outbound_number(&fields)?;
        if fields.required("consent")?.get() != "true" {
            return Err(CampaignError::NoConsent);
        }
        let consumers = read_consumers(&fields)?;
        let windows = windows::read(&fields)?;
        Ok(Self { campaign_name, skill, template_id, outbound_number, windows, consumers })
    }

    /// `campaignName`: 1 to 255 characters.
    pub fn campaign_name(&self) -> &str {
        &self.campaign_name
    }

    /// `skill`: 1 to 255 characters. The caller checks that it exists.
    pub fn skill(&self) -> &str {
        &self.skill
    }

    /// `templateId`. The caller checks that the handoff exists.
    pub fn template_id(&self) -> &TemplateId {
        &self.template_id
    }

    /// `outboundNumber`: the sender of channels for which the handoff has none.
    pub fn outbound_number(&self) -> Option<&str> {
        self.outbound_number.as_deref()
    }

    /// `schedulingMetrics.windows`. Without them, the defaults of the channels apply.
    pub fn windows(&self) -> Option<&Windows> {
        self.windows.as_ref()
    }

    /// The number of consumers: 1 to 100.
    pub fn consumer_count(&self) -> usize {
        self.consumers.len()
    }
}

impl fmt::Debug for CampaignRequest<'_> {
    /// Without consumers, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CampaignRequest")
            .field("skill", &self.skill)
            .field("template_id", &self.template_id)
            .field("consumers", &self.consumers.len())
            .finish_non_exhaustive()
    }
}

/// A phone number, in one spelling, or the name of a sender: letters, digits, spaces, `-`, `_` and `.`.
fn read_outbound_number(fields: &Fields<'_>) -> Result<Option<String>, CampaignError> {
    let Some(text) = fields.short_string("outboundNumber", MAX_OUTBOUND_NUMBER)? else { return Ok(None) };
    let text = text.trim();
    let separators = |c: char| " -().".contains(c);
    let digits = text.strip_prefix('+').unwrap_or(text).replace(separators, "");
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let plus = if text.starts_with('+') { "+" } else { "" };
        return Ok(Some(format!("{plus}{digits}")));
    }
    let is_name = text.chars().all(|c| c.is_ascii_alphanumeric() || " -_.".contains(c));
    if is_name && !text.is_empty() {
        return Ok(Some(text.to_owned()));
    }
    Err(fields.invalid("outboundNumber", "a phone number or the name of a sender"))
}

fn read_template_id(fields: &Fields<'_>) -> Result<TemplateId, CampaignError> {
    let id = fields.required_string("templateId", MAX_TEMPLATE_ID)?;
    if id == PLAIN_SMS {
        return Ok(TemplateId::PlainSms);
    }
    id.parse().map(TemplateId::Handoff).map_err(|_| CampaignError::UnknownTemplate)
}

fn read_consumers<'j>(fields: &Fields<'j>) -> Result<Vec<Consumer<'j>>, CampaignError> {
    let consumers = fields.array("consumers")?.ok_or(CampaignError::FieldMissing { name: "consumers" })?;
    match consumers.len() {
        0 => Err(CampaignError::NoRecipients),
        1..=MAX_CONSUMERS => {
            let read = |(index, json)| Consumer::read(format!("consumers[{index}]"), json);
            consumers.into_iter().enumerate().map(read).collect()
        }
        _ => Err(CampaignError::TooManyRecipients),
    }
}
