//! The settings of the account: rules, limits, campaigns and import defaults, and the domains of its services.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use outbound_app::{AccountSettings, App, AppError, ExpectedTag, ManageRules, ReadDrafts};
use outbound_rules::{RuleLevel, RuleSet, catalogue};

use super::relaxed_checks::relaxed_checks;
use super::{campaign_settings, import_defaults};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::settings_page::{MAX_LISTED, SettingsPage, form_error};
use crate::text::{self, Text, rich};

const PATH: &str = "/settings";
/// The field of a confirmed form.
const CONFIRMED: &str = "confirmed";
/// The levels of a rule.
const LEVELS: [RuleLevel; 3] = [RuleLevel::Off, RuleLevel::Warning, RuleLevel::Error];

/// `GET /settings`.
pub(crate) async fn show(
    LoggedIn { visit, .. }: LoggedIn<ManageRules>,
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
    let (settings, problem) = read(&fields, before.clone());
    if let Some(why) = problem {
        let error = Some((StatusCode::BAD_REQUEST, &*why));
        return Ok(page(&app, &visit, &settings, fields.text("tag"), Some(&fields), error));
    }
    let relaxed = relaxed_checks(&before, &settings);
    if !relaxed.is_empty() && fields.get(CONFIRMED).is_none() && fields.text("tag") == current {
        return Ok(ask(&visit, &fields, &relaxed));
    }
    let expected = ExpectedTag::OneOf(vec![fields.text("tag").to_owned()]);
    match app.change_settings(&grant, &settings, &expected).await {
        Ok(()) => Ok(Redirect::to("/settings?done=settings").into_response()),
        // The same form was sent twice.
        Err(AppError::StaleSettings(now)) if settings.tag()? == now => {
            Ok(Redirect::to("/settings?done=settings").into_response())
        }
        Err(AppError::StaleSettings(_)) => {
            let why = text::settings_changed();
            Ok(page(&app, &visit, &settings, &current, None, Some((StatusCode::CONFLICT, &why))))
        }
        Err(error) => {
            let (status, why) = form_error(error)?;
            Ok(page(&app, &visit, &settings, fields.text("tag"), None, Some((status, &why))))
        }
    }
}

/// The confirmation of relaxed checks. Its form contains the submitted fields.
fn ask(visit: &Visit, fields: &Fields, relaxed: &[Text]) -> Response {
    let content = html! {
        section class="panel narrow" {
            h1 { (text::relax_checks_title()) }
            ul { @for sentence in relaxed.iter().take(MAX_LISTED) { li { (sentence) } } }
            @if relaxed.len() > MAX_LISTED {
                p class="hint" { (text::more_not_shown(relaxed.len() - MAX_LISTED)) }
            }
            form method="post" action=(PATH) class="actions" {
                (fields.with(CONFIRMED, "1").hidden())
                button class="danger" { (text::save_settings()) }
                a class="button quiet" href=(PATH) { (text::cancel()) }
            }
        }
    };
    Page::new(text::relax_checks_title(), content).section(Section::Settings).response(visit)
}

/// The settings of the form, and a sentence if a field is invalid. Invalid fields keep their previous values.
fn read(fields: &Fields, before: AccountSettings) -> (AccountSettings, Option<Text>) {
    let hosts = fields.text("hosts").split_whitespace().map(str::to_ascii_lowercase);
    let rate = Some(fields.text("rate").trim()).filter(|rate| !rate.is_empty()).map(str::parse).transpose();
    let rate = rate.map_err(|_| text::invalid_rate());
    let levels = levels(fields.text("levels"));
    let (import_defaults, invalid_default) = import_defaults::read(fields, before.import_defaults);
    let (campaigns, invalid_campaigns) = campaign_settings::read(fields, before.campaigns);
    let problem = rate.as_ref().err().or(levels.as_ref().err()).cloned();
    let problem = problem.or(invalid_default).or(invalid_campaigns);
    let settings = AccountSettings {
        rule_set: if fields.text("rules") == "liveperson" { RuleSet::LivePerson } else { RuleSet::Provider },
        permitted_media_hosts: hosts.collect(),
        levels: levels.unwrap_or(before.levels),
        four_eyes: fields.get("four-eyes").is_some(),
        requests_per_second: rate.unwrap_or(before.requests_per_second),
        report_all_channels: fields.get("report-all-channels").is_some(),
        import_defaults,
        campaigns,
    };
    (settings, problem)
}

/// Parses lines with the name and level of a rule.
fn levels(lines: &str) -> Result<BTreeMap<String, RuleLevel>, Text> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let read = lines.map(|line| {
        let words = line.split_once(char::is_whitespace);
        let level = |word: &str| RuleLevel::ALL.into_iter().find(|level| level.as_str() == word.trim());
        words.and_then(|(name, word)| Some((name.to_owned(), level(word)?))).ok_or_else(|| {
            let [off, warning, error] = LEVELS.map(RuleLevel::as_str);
            text::invalid_level(error, line, off, warning)
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
    error: Option<(StatusCode, &str)>,
) -> Response {
    let content = html! {
        div class="settings two" {
            (form(visit, settings, tag, typed))
            section class="panel" aria-labelledby="domains" {
                h2 id="domains" { (text::domains()) }
                p class="hint" { (text::domains_hint()) }
                dl class="pairs" {
                    dt { (text::account()) } dd { code { (visit.session.user().account) } }
                    @for service in app.services(&visit.session.user().account) {
                        dt { (service.service) } dd { code { (service.host) } }
                    }
                }
            }
        }
    };
    SettingsPage { title: text::settings(), path: PATH, content, error }.response(visit)
}

/// The form with the settings, or with the submitted values if one is invalid.
fn form(visit: &Visit, settings: &AccountSettings, tag: &str, typed: Option<&Fields>) -> Markup {
    let hosts = settings.permitted_media_hosts.join("\n");
    let levels = settings.levels.iter().map(|(name, level)| format!("{name} {}\n", level.as_str()));
    let levels = typed.map_or_else(|| levels.collect(), |typed| typed.text("levels").to_owned());
    let rate = settings.requests_per_second.map(|rate| rate.to_string());
    let rate = typed.map(|typed| typed.text("rate").to_owned()).or(rate);
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { (text::rules_and_limits()) }
            (visit.token())
            input type="hidden" name="tag" value=(tag);
            fieldset {
                legend { (text::rule_set()) }
                (choice("provider", &text::rule_set_provider(), settings.rule_set == RuleSet::Provider))
                (choice("liveperson", &text::rule_set_liveperson(), settings.rule_set == RuleSet::LivePerson))
            }
            div class="field" {
                label for="hosts" { (text::media_hosts()) }
                textarea id="hosts" name="hosts" spellcheck="false" aria-describedby="hosts-hint" { (hosts) }
                p class="hint" id="hosts-hint" { (text::media_hosts_hint()) }
            }
            fieldset {
                legend { (text::publishing()) }
                label class="check" {
                    input type="checkbox" name="four-eyes" value="1" checked[settings.four_eyes];
                    (text::four_eyes())
                }
            }
            fieldset {
                legend { (text::reports()) }
                label class="check" {
                    input type="checkbox" name="report-all-channels" value="1" checked[settings.report_all_channels];
                    (text::report_all_channels())
                }
            }
            div class="field" {
                label for="rate" { (text::rate()) }
                input id="rate" name="rate" inputmode="numeric" value=[rate] aria-describedby="rate-hint";
                p class="hint" id="rate-hint" { (text::rate_hint()) }
            }
            div class="field" {
                label for="levels" { (text::rule_levels()) }
                textarea id="levels" name="levels" class="source" spellcheck="false" aria-describedby="levels-hint" {
                    (levels)
                }
                p class="hint" id="levels-hint" { (levels_hint()) }
                (all_rules())
            }
            (campaign_settings::fields(&settings.campaigns))
            (import_defaults::fields(&settings.import_defaults))
            div class="actions" { button class="primary" { (text::save_settings()) } }
        }
    }
}

fn levels_hint() -> Markup {
    let [off, warning, error] = LEVELS.map(RuleLevel::as_str);
    let example = format!("ends-with-placeholder {warning}");
    let codes = [error, &example, off, warning].map(|word| html! { code { (word) } });
    rich(|[error, example, off, warning]| text::rule_levels_hint(error, example, off, warning), &codes)
}

fn all_rules() -> Markup {
    html! {
        details {
            summary { (text::all_rules()) }
            dl class="rules" {
                @for rule in catalogue() { dt { code { (rule.name) } " " (rule.id) } dd { (rule.summary) } }
            }
        }
    }
}

fn choice(value: &str, label: &str, is_chosen: bool) -> Markup {
    html! {
        label class="check" {
            input type="radio" name="rules" value=(value) checked[is_chosen];
            (label)
        }
    }
}
