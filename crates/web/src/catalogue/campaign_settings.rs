//! The settings for campaigns: fields of the account's settings.

use maud::{Markup, html};
use outbound_app::CampaignSettings;

use crate::fields::Fields;
use crate::text::{self, Text};

const ZONE: &str = "campaigns.timeZone";
const HOURS: &str = "campaigns.conversationHours";
const PERSONAL_INFO: &str = "campaigns.personalInfo";
const SKILLS: &str = "campaigns.skills";
const DEFAULT_SKILL: &str = "campaigns.defaultSkill";
const STOP: &str = "campaigns.keywords.stop";
const START: &str = "campaigns.keywords.start";
const HELP: &str = "campaigns.keywords.help";
const ANSWER_HELP: &str = "campaigns.answerHelp";
const HELP_TEXT: &str = "campaigns.helpText";
const BRAND: &str = "campaigns.brandName";

/// The settings of the form, and a sentence if one is invalid. A form without these fields changes none of them.
pub(super) fn read(fields: &Fields, before: CampaignSettings) -> (CampaignSettings, Option<Text>) {
    if fields.get(ZONE).is_none() {
        return (before, None);
    }
    let line = |name: &str| fields.text(name).trim().to_owned();
    let lines = |name: &str| {
        let lines = fields.text(name).lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let hours = line(HOURS).parse().map_err(|_| text::invalid_conversation_hours());
    let mut settings = CampaignSettings {
        time_zone: line(ZONE),
        personal_info: fields.get(PERSONAL_INFO).is_some(),
        conversation_hours: *hours.as_ref().unwrap_or(&before.conversation_hours),
        skills: lines(SKILLS),
        default_skill: line(DEFAULT_SKILL),
        answer_help: fields.get(ANSWER_HELP).is_some(),
        help_text: fields.text(HELP_TEXT).replace("\r\n", "\n").trim().to_owned(),
        brand_name: line(BRAND),
        ..before
    };
    settings.keywords.stop = lines(STOP);
    settings.keywords.start = lines(START);
    settings.keywords.help = lines(HELP);
    (settings, hours.err())
}

pub(super) fn fields(settings: &CampaignSettings) -> Markup {
    let keywords = &settings.keywords;
    html! {
        fieldset {
            legend { (text::campaigns()) }
            (input(ZONE, &text::account_zone(), &settings.time_zone, &text::account_zone_hint()))
            (input(HOURS, &text::conversation_hours(), &settings.conversation_hours.to_string(),
                &text::conversation_hours_hint()))
            (input(BRAND, &text::brand_name(), &settings.brand_name, &text::brand_name_hint()))
            label class="check" {
                input type="checkbox" name=(ANSWER_HELP) value="1" checked[settings.answer_help];
                (text::answer_help())
            }
            (area(HELP_TEXT, &text::help_text(), &settings.help_text, &text::help_text_hint()))
            (area(STOP, &text::stop_keywords(), &keywords.stop.join("\n"), &text::keywords_hint()))
            (area(START, &text::start_keywords(), &keywords.start.join("\n"), &text::keywords_hint()))
            (area(HELP, &text::help_keywords(), &keywords.help.join("\n"), &text::keywords_hint()))
            (area(SKILLS, &text::campaign_skills(), &settings.skills.join("\n"), &text::campaign_skills_hint()))
            (input(DEFAULT_SKILL, &text::default_skill(), &settings.default_skill, &text::default_skill_hint()))
            label class="check" {
                input type="checkbox" name=(PERSONAL_INFO) value="1" checked[settings.personal_info];
                (text::personal_info())
            }
        }
    }
}

fn input(name: &str, label: &str, value: &str, hint: &str) -> Markup {
    let hint_id = format!("{name}-hint");
    html! {
        div class="field" {
            label for=(name) { (label) }
            input id=(name) name=(name) value=(value) maxlength="255" spellcheck="false" aria-describedby=(hint_id);
            p class="hint" id=(hint_id) { (hint) }
        }
    }
}

fn area(name: &str, label: &str, value: &str, hint: &str) -> Markup {
    let hint_id = format!("{name}-hint");
    html! {
        div class="field" {
            label for=(name) { (label) }
            textarea id=(name) name=(name) spellcheck="false" aria-describedby=(hint_id) { (value) }
            p class="hint" id=(hint_id) { (hint) }
        }
    }
}
