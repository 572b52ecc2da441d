//! The account: its domains, its rules, its limits.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use outbound_app::{AccountSettings, App, AppError, ExpectedTag, ManageRules, ReadDrafts};
use outbound_rules::{RuleLevel, RuleSet, catalogue};

use super::import_defaults;
use super::weaker::weaker;
use crate::error::PageResult;
use crate::fields::Fields;
use crate::page::{Page, Part};
use crate::sessions::session::{Posted, SignedIn, Visit};
use crate::settings_page::{LISTED, SettingsPage, told};

const PATH: &str = "/settings";
/// The field that says that weaker rules are meant.
const CONFIRMED: &str = "confirmed";

/// `GET /settings`.
pub(crate) async fn show(
    SignedIn { visit, .. }: SignedIn<ManageRules>,
    State(app): State<App>,
) -> PageResult {
    let settings = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
    Ok(page(&app, &visit, &settings, &settings.tag()?, None, None))
}

/// `POST /settings`.
pub(crate) async fn change(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageRules>,
) -> PageResult {
    let before = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
    let current = before.tag()?;
    let (settings, wrong) = read(&fields, before.clone());
    if let Some(why) = wrong {
        let refused = Some((StatusCode::BAD_REQUEST, &*why));
        return Ok(page(&app, &visit, &settings, fields.text("tag"), Some(&fields), refused));
    }
    let weaker = weaker(&before, &settings);
    if !weaker.is_empty() && fields.get(CONFIRMED).is_none() && fields.text("tag") == current {
        return Ok(ask(&visit, &fields, &weaker));
    }
    let expected = ExpectedTag::OneOf(vec![fields.text("tag").to_owned()]);
    match app.change_settings(&grant, &settings, &expected).await {
        Ok(()) => Ok(Redirect::to("/settings?done=settings").into_response()),
        // The same form was sent twice.
        Err(AppError::StaleSettings(now)) if settings.tag()? == now => {
            Ok(Redirect::to("/settings?done=settings").into_response())
        }
        Err(AppError::StaleSettings(_)) => {
            let why =
                "Somebody else has changed the settings meanwhile. Saving again puts yours over theirs.";
            Ok(page(&app, &visit, &settings, &current, None, Some((StatusCode::CONFLICT, why))))
        }
        Err(error) => {
            let (status, why) = told(error)?;
            Ok(page(&app, &visit, &settings, fields.text("tag"), None, Some((status, &why))))
        }
    }
}

/// Asks before the account's rules become weaker; the form carries what was typed.
fn ask(visit: &Visit, fields: &Fields, weaker: &[String]) -> Response {
    let content = html! {
        section class="panel narrow" {
            h1 { "Save weaker rules?" }
            ul { @for sentence in weaker.iter().take(LISTED) { li { (sentence) } } }
            @if weaker.len() > LISTED { p class="hint" { "And " (weaker.len() - LISTED) " more." } }
            form method="post" action=(PATH) class="actions" {
                (fields.with(CONFIRMED, "1").hidden())
                button class="danger" { "Save the settings" }
                a class="button quiet" href=(PATH) { "Cancel" }
            }
        }
    };
    Page::new("Save weaker rules?", content).part(Part::RuleSettings).to(visit)
}

/// The settings as the form has them, and what is wrong with a field; there the one before stays.
fn read(fields: &Fields, before: AccountSettings) -> (AccountSettings, Option<String>) {
    let hosts = fields.text("hosts").split_whitespace().map(str::to_ascii_lowercase);
    let rate = Some(fields.text("rate").trim()).filter(|rate| !rate.is_empty()).map(str::parse).transpose();
    let rate =
        rate.map_err(|_| "Requests a second is a whole number, or empty for the installation's.".to_owned());
    let levels = levels(fields.text("levels"));
    let (import_defaults, wrong_default) = import_defaults::read(fields, before.import_defaults);
    let wrong = rate.as_ref().err().or(levels.as_ref().err()).cloned().or(wrong_default);
    let settings = AccountSettings {
        rule_set: if fields.text("rules") == "liveperson" { RuleSet::LivePerson } else { RuleSet::Provider },
        permitted_media_hosts: hosts.collect(),
        levels: levels.unwrap_or(before.levels),
        four_eyes: fields.get("four-eyes").is_some(),
        requests_per_second: rate.unwrap_or(before.requests_per_second),
        import_defaults,
    };
    (settings, wrong)
}

/// Lines of a rule's name and its level.
fn levels(text: &str) -> Result<BTreeMap<String, RuleLevel>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let read = lines.map(|line| {
        let words = line.split_once(char::is_whitespace);
        let level = |word: &str| RuleLevel::ALL.into_iter().find(|level| level.as_str() == word.trim());
        words.and_then(|(name, word)| Some((name.to_owned(), level(word)?))).ok_or_else(|| {
            format!("“{line}” is no level of a rule: write the rule’s name and off, warning or error.")
        })
    });
    read.collect()
}

fn page(
    app: &App,
    visit: &Visit,
    settings: &AccountSettings,
    tag: &str,
    typed: Option<&Fields>,
    refused: Option<(StatusCode, &str)>,
) -> Response {
    let content = html! {
        div class="settings two" {
            (form(visit, settings, tag, typed))
            section class="panel" aria-labelledby="domains" {
                h2 id="domains" { "Domains" }
                p class="hint" { "Where clients reach each service, as the domain API tells them." }
                dl class="pairs" {
                    dt { "Account" } dd { code { (visit.session.user().account) } }
                    @for service in app.services(&visit.session.user().account) {
                        dt { (service.service) } dd { code { (service.host) } }
                    }
                }
            }
        }
    };
    SettingsPage { title: "Settings", path: PATH, content, refused }.to(visit)
}

/// The settings; where a field could not be read, what was typed.
fn form(visit: &Visit, settings: &AccountSettings, tag: &str, typed: Option<&Fields>) -> Markup {
    let hosts = settings.permitted_media_hosts.join("\n");
    let levels = settings.levels.iter().map(|(name, level)| format!("{name} {}\n", level.as_str()));
    let levels = typed.map_or_else(|| levels.collect(), |typed| typed.text("levels").to_owned());
    let rate = settings.requests_per_second.map(|rate| rate.to_string());
    let rate = typed.map(|typed| typed.text("rate").to_owned()).or(rate);
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { "Rules and limits" }
            (visit.token())
            input type="hidden" name="tag" value=(tag);
            fieldset {
                legend { "Whose limits count" }
                (choice("provider", "What the channel's provider accepts", settings.rule_set == RuleSet::Provider))
                (choice("liveperson", "LivePerson's narrower limits as well", settings.rule_set == RuleSet::LivePerson))
            }
            div class="field" {
                label for="hosts" { "Hosts that media may come from" }
                textarea id="hosts" name="hosts" spellcheck="false" aria-describedby="hosts-hint" { (hosts) }
                p class="hint" id="hosts-hint" { "One a line, such as cdn.example.com. Pictures of these hosts show in the previews. With none, any host is accepted and no picture is loaded." }
            }
            fieldset {
                legend { "Publishing" }
                label class="check" {
                    input type="checkbox" name="four-eyes" value="1" checked[settings.four_eyes];
                    "Nobody publishes a version that they saved themselves"
                }
            }
            div class="field" {
                label for="rate" { "Requests a second" }
                input id="rate" name="rate" inputmode="numeric" value=[rate] aria-describedby="rate-hint";
                p class="hint" id="rate-hint" { "The budget of the account's API clients; pages of this tool do not count. Empty: the installation's; 0: no limit." }
            }
            div class="field" {
                label for="levels" { "Rules that count differently here" }
                textarea id="levels" name="levels" class="source" spellcheck="false" aria-describedby="levels-hint" { (levels) }
                p class="hint" id="levels-hint" { "One a line: a rule’s name and " code { "off" } ", " code { "warning" } " or " code { "error" } ", such as " code { "ends-with-placeholder warning" } "." }
                (all_rules())
            }
            (import_defaults::fields(&settings.import_defaults))
            div class="actions" { button class="primary" { "Save the settings" } }
        }
    }
}

fn all_rules() -> Markup {
    html! {
        details {
            summary { "The names of all rules" }
            dl class="rules" {
                @for rule in catalogue() { dt { code { (rule.name) } " " (rule.id) } dd { (rule.summary) } }
            }
        }
    }
}

fn choice(value: &str, label: &str, is_chosen: bool) -> Markup {
    html! { label class="check" { input type="radio" name="rules" value=(value) checked[is_chosen]; (label) } }
}
