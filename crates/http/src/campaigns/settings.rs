//! The settings of an account for campaigns, as part of its settings.

use outbound_app::{AddedKeywords, CampaignSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::object::object;

/// Settings for campaigns. Missing fields have their default values.
#[derive(Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = CampaignSettings)]
pub(crate) struct CampaignSettingsBody {
    /// The time zone for recipients whose own is not known, from the IANA database; empty for UTC.
    #[schema(max_length = 100, example = "America/New_York")]
    time_zone: String,
    /// Whether campaigns may contain `personalInfo` and `customerInfo`.
    personal_info: bool,
    /// How many hours a conversation without a new message counts as open. No message is sent to consumers with an open
    /// conversation.
    #[schema(minimum = 1, maximum = 720, default = 24)]
    conversation_hours: u32,
    /// The skills that campaigns may name. If the list is empty, all are accepted.
    #[schema(max_items = 1000)]
    skills: Vec<String>,
    /// The skill of replies after the lookback period of the handoff; empty for none.
    #[schema(max_length = 255)]
    default_skill: String,
    /// Keywords in addition to the built-in ones, at most 100.
    #[serde(deserialize_with = "object")]
    keywords: KeywordsBody,
    /// Whether a message HELP is answered. Messages that the provider has answered are not answered again.
    #[schema(default = true)]
    answer_help: bool,
    /// The answer to HELP; empty for a neutral text that begins with `brandName`.
    #[schema(max_length = 459)]
    help_text: String,
    /// The name of the brand.
    #[schema(max_length = 100)]
    brand_name: String,
}

/// Keywords that an account adds. Each has at most 32 characters. Built-in keywords keep their meaning.
#[derive(Default, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = AddedKeywords)]
pub(crate) struct KeywordsBody {
    /// No more messages.
    #[schema(max_items = 100)]
    stop: Vec<String>,
    /// Messages again.
    #[schema(max_items = 100)]
    start: Vec<String>,
    /// An explanation.
    #[schema(max_items = 100)]
    help: Vec<String>,
}

impl Default for CampaignSettingsBody {
    fn default() -> Self {
        CampaignSettings::default().into()
    }
}

impl From<CampaignSettings> for CampaignSettingsBody {
    fn from(settings: CampaignSettings) -> Self {
        let CampaignSettings { keywords: AddedKeywords { stop, start, help }, .. } = settings;
        Self {
            time_zone: settings.time_zone,
            personal_info: settings.personal_info,
            conversation_hours: settings.conversation_hours,
            skills: settings.skills,
            default_skill: settings.default_skill,
            keywords: KeywordsBody { stop, start, help },
            answer_help: settings.answer_help,
            help_text: settings.help_text,
            brand_name: settings.brand_name,
        }
    }
}

impl From<CampaignSettingsBody> for CampaignSettings {
    fn from(body: CampaignSettingsBody) -> Self {
        let CampaignSettingsBody { keywords: KeywordsBody { stop, start, help }, .. } = body;
        Self {
            time_zone: body.time_zone,
            personal_info: body.personal_info,
            conversation_hours: body.conversation_hours,
            skills: body.skills,
            default_skill: body.default_skill,
            keywords: AddedKeywords { stop, start, help },
            answer_help: body.answer_help,
            help_text: body.help_text,
            brand_name: body.brand_name,
        }
    }
}
