//! Settings of an account for campaigns.

use outbound_campaigns::{KeywordKind, Keywords};
use outbound_schedule::Zone;
use serde::{Deserialize, Serialize};

use crate::AppError;

/// The time zone of an account without its own.
const DEFAULT_ZONE: &str = "UTC";
/// How long a conversation without a new message counts as open, in hours.
const DEFAULT_HOURS: u32 = 24;
/// The maximum of [`CampaignSettings::conversation_hours`]: the longest lookback period.
pub(super) const MAX_HOURS: u32 = 30 * 24;
/// The maximum number of skills.
const MAX_SKILLS: usize = 1000;
/// The maximum number of characters of a skill (contract §6.1).
const MAX_SKILL: usize = 255;
/// The maximum number of characters of the answer to HELP: three segments of an SMS.
const MAX_HELP: usize = 459;
/// The maximum number of characters of a brand's name.
const MAX_BRAND: usize = 100;

/// Settings of an account for campaigns. Missing fields have defaults.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CampaignSettings {
    /// The time zone for recipients whose own is not known: a name of the IANA database; empty for UTC.
    pub time_zone: String,
    /// Whether `personalInfo` and `customerInfo` are accepted.
    pub personal_info: bool,
    /// How many hours a conversation without a new message counts as open.
    pub conversation_hours: u32,
    /// The skills that campaigns may name; empty for any.
    pub skills: Vec<String>,
    /// The skill of replies after the lookback period; empty for none.
    pub default_skill: String,
    /// Keywords in addition to the built-in ones.
    pub keywords: AddedKeywords,
    /// Whether HELP is answered.
    pub answer_help: bool,
    /// The answer to HELP; empty for a neutral text with the name of the brand.
    pub help_text: String,
    /// The name of the brand in that text; may be empty.
    pub brand_name: String,
}

/// Keywords that an account adds.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddedKeywords {
    /// No more messages.
    pub stop: Vec<String>,
    /// Messages again.
    pub start: Vec<String>,
    /// An explanation.
    pub help: Vec<String>,
}

impl Default for CampaignSettings {
    fn default() -> Self {
        Self {
            time_zone: String::new(),
            personal_info: false,
            conversation_hours: DEFAULT_HOURS,
            skills: Vec::new(),
            default_skill: String::new(),
            keywords: AddedKeywords::default(),
            answer_help: true,
            help_text: String::new(),
            brand_name: String::new(),
        }
    }
}

impl AddedKeywords {
    /// The keywords together with the built-in ones.
    pub(super) fn with_built_in(&self) -> Result<Keywords, AppError> {
        let of = |kind, words: &'_ [String]| {
            words.iter().map(move |word| (kind, word.clone())).collect::<Vec<_>>()
        };
        let all = [
            of(KeywordKind::Stop, &self.stop),
            of(KeywordKind::Start, &self.start),
            of(KeywordKind::Help, &self.help),
        ]
        .concat();
        Ok(Keywords::with(all.iter().map(|(kind, word)| (*kind, word.as_str())))?)
    }
}

impl CampaignSettings {
    /// Whether all settings have their defaults.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether campaigns may name a skill.
    pub(super) fn permits_skill(&self, skill: &str) -> bool {
        self.skills.is_empty() || self.skills.iter().any(|known| known == skill)
    }

    pub(super) fn zone(&self) -> Result<Zone, AppError> {
        let name = if self.time_zone.is_empty() { DEFAULT_ZONE } else { &self.time_zone };
        name.parse().map_err(|error| AppError::invalid(format!("campaigns.timeZone: {error}")))
    }

    /// The answer to HELP; `None` if it is not answered.
    pub(super) fn help_answer(&self) -> Option<String> {
        const NEUTRAL: &str = "Reply STOP to get no more messages, START to get them again.";
        let text = match (&*self.help_text, &*self.brand_name) {
            ("", "") => NEUTRAL.to_owned(),
            ("", brand) => format!("{brand}: {NEUTRAL}"),
            (text, _) => text.to_owned(),
        };
        self.answer_help.then_some(text)
    }

    /// Checks the values.
    pub(crate) fn check(&self) -> Result<(), AppError> {
        self.zone()?;
        self.keywords.with_built_in()?;
        let hours = self.conversation_hours;
        if !(1..=MAX_HOURS).contains(&hours) {
            return Err(AppError::invalid(format!(
                "campaigns.conversationHours is {hours}; expected 1 to {MAX_HOURS}"
            )));
        }
        let skills = self.skills.len();
        if skills > MAX_SKILLS {
            return Err(AppError::invalid(format!(
                "campaigns.skills has {skills} skills; the maximum is {MAX_SKILLS}"
            )));
        }
        let skills = self.skills.iter().map(|skill| ("skills", skill, 1, MAX_SKILL));
        let others = [
            ("defaultSkill", &self.default_skill, 0, MAX_SKILL),
            ("helpText", &self.help_text, 0, MAX_HELP),
            ("brandName", &self.brand_name, 0, MAX_BRAND),
        ];
        for (field, value, minimum, maximum) in skills.chain(others) {
            let is_control = |c: char| c.is_control() && !(field == "helpText" && c == '\n');
            if !(minimum..=maximum).contains(&value.chars().count()) || value.chars().any(is_control) {
                return Err(AppError::invalid(format!(
                    "campaigns.{field}: expected {minimum} to {maximum} characters without control characters"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_answered_with_the_text_of_the_account() {
        let settings = |help_text: &str, brand_name: &str| CampaignSettings {
            help_text: help_text.to_owned(),
            brand_name: brand_name.to_owned(),
            ..CampaignSettings::default()
        };
        let neutral = "Reply STOP to get no more messages, START to get them again.";
        assert_eq!(settings("", "").help_answer().as_deref(), Some(neutral));
        assert_eq!(settings("", "Tea House").help_answer(), Some(format!("Tea House: {neutral}")));
        assert_eq!(settings("Call 555.", "Tea House").help_answer().as_deref(), Some("Call 555."));
        assert_eq!(CampaignSettings { answer_help: false, ..settings("Call 555.", "") }.help_answer(), None);
    }

    #[test]
    fn values_have_limits() {
        let default = CampaignSettings::default;
        for (settings, field) in [
            (CampaignSettings { time_zone: "Europe/Atlantis".to_owned(), ..default() }, "timeZone"),
            (CampaignSettings { conversation_hours: 0, ..default() }, "conversationHours"),
            (CampaignSettings { conversation_hours: 721, ..default() }, "conversationHours"),
            (CampaignSettings { skills: vec!["a".to_owned(); 1001], ..default() }, "skills"),
            (CampaignSettings { skills: vec![String::new()], ..default() }, "skills"),
            (CampaignSettings { default_skill: "a".repeat(256), ..default() }, "defaultSkill"),
            (CampaignSettings { help_text: "a".repeat(460), ..default() }, "helpText"),
            (CampaignSettings { brand_name: "a\u{0}".to_owned(), ..default() }, "brandName"),
        ] {
            assert!(settings.check().unwrap_err().to_string().contains(field), "{field}");
        }
        let keyword = AddedKeywords { start: vec!["stop".to_owned()], ..AddedKeywords::default() };
        assert!(CampaignSettings { keywords: keyword, ..default() }.check().is_err());
        let most = CampaignSettings {
            time_zone: "America/New_York".to_owned(),
            conversation_hours: 720,
            skills: vec!["a".repeat(255); 1000],
            help_text: "a\n".repeat(229),
            ..default()
        };
        assert!(most.check().is_ok());
    }
}
