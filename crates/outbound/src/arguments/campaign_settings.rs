//! The options of `outbound account settings` for campaigns.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use clap::Args;
use outbound_app::CampaignSettings;

/// Changes of the settings for campaigns.
#[derive(Args, Debug)]
pub(crate) struct CampaignChoice {
    /// The time zone for recipients whose own is not known, such as Europe/Berlin. An empty value is UTC.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Whether campaigns may contain personalInfo and customerInfo.
    #[arg(long, value_name = "BOOL")]
    personal_info: Option<bool>,
    /// How many hours a conversation without a new message counts as open, 1 to 720.
    #[arg(long, value_name = "N")]
    conversation_hours: Option<u32>,
    /// Add a skill that campaigns may name. Without any, all are accepted. Can be repeated.
    #[arg(long, value_name = "NAME")]
    skill: Vec<String>,
    /// Remove a skill. Can be repeated.
    #[arg(long, value_name = "NAME")]
    remove_skill: Vec<String>,
    /// The skill of replies after the lookback period. An empty value removes it.
    #[arg(long, value_name = "NAME")]
    default_skill: Option<String>,
    /// Add a keyword to the built-in ones, such as stop=SLUTTA. The kinds are stop, start and help. Can be repeated.
    #[arg(long, value_name = "KIND=WORD", value_parser = keyword)]
    keyword: Vec<(String, String)>,
    /// Remove a keyword that was added. Can be repeated.
    #[arg(long, value_name = "WORD")]
    remove_keyword: Vec<String>,
    /// Whether HELP is answered.
    #[arg(long, value_name = "BOOL")]
    answer_help: Option<bool>,
    /// The answer to HELP. An empty value is a neutral text that begins with the name of the brand.
    #[arg(long, value_name = "TEXT")]
    help_text: Option<String>,
    /// The name of the brand in that text.
    #[arg(long, value_name = "NAME")]
    brand_name: Option<String>,
}

impl CampaignChoice {
    /// The changed settings.
    pub(crate) fn apply_to(self, mut settings: CampaignSettings) -> CampaignSettings {
        settings.time_zone = self.time_zone.unwrap_or(settings.time_zone);
        settings.personal_info = self.personal_info.unwrap_or(settings.personal_info);
        settings.conversation_hours = self.conversation_hours.unwrap_or(settings.conversation_hours);
        settings.default_skill = self.default_skill.unwrap_or(settings.default_skill);
        settings.answer_help = self.answer_help.unwrap_or(settings.answer_help);
        settings.help_text = self.help_text.unwrap_or(settings.help_text);
        settings.brand_name = self.brand_name.unwrap_or(settings.brand_name);
        add(&mut settings.skills, self.skill);
        settings.skills.retain(|skill| !self.remove_skill.contains(skill));
        let keywords = &mut settings.keywords;
        for (kind, word) in self.keyword {
            let words = match kind.as_str() {
                "stop" => &mut keywords.stop,
                "start" => &mut keywords.start,
                _ => &mut keywords.help,
            };
            add(words, vec![word]);
        }
        for words in [&mut keywords.stop, &mut keywords.start, &mut keywords.help] {
            words.retain(|word| !self.remove_keyword.contains(word));
        }
        settings
    }
}

/// Adds values that are not in the list.
fn add(list: &mut Vec<String>, values: Vec<String>) {
    for value in values {
        if !list.contains(&value) {
            list.push(value);
        }
    }
}

/// Parses `KIND=WORD`.
fn keyword(text: &str) -> Result<(String, String), &'static str> {
    let (kind, word) = text.split_once('=').ok_or("expected KIND=WORD")?;
    if ["stop", "start", "help"].contains(&kind) {
        Ok((kind.to_owned(), word.to_owned()))
    } else {
        Err("expected stop=WORD, start=WORD or help=WORD")
    }
}
