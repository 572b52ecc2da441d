//! The account: its domains, its rules, its limits.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use outbound_app::{AccountSettings, App, AppError, Expected, ManageRules, ReadDrafts};
use outbound_rules::Limits;

use super::{SettingsPage, told};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::session::{Posted, SignedIn, Visit};

const PATH: &str = "/settings";

/// `GET /settings`.
pub(crate) async fn show(
    SignedIn { visit, .. }: SignedIn<ManageRules>,
    State(app): State<App>,
) -> PageResult {
    let settings = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
    Ok(page(&app, &visit, &settings, &settings.tag()?, None))
}

/// `POST /settings`.
pub(crate) async fn change(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageRules>,
) -> PageResult {
    let before = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
    let current = before.tag()?;
    let (settings, rate_is_read) = read(&fields, before);
    if !rate_is_read {
        let why = "Requests a second is a whole number, or empty for the installation's.";
        return Ok(page(&app, &visit, &settings, fields.text("tag"), Some((StatusCode::BAD_REQUEST, why))));
    }
    let expected = Expected::OneOf(vec![fields.text("tag").to_owned()]);
    match app.change_settings(&grant, &settings, &expected).await {
        Ok(()) => Ok(Redirect::to("/settings?done=settings").into_response()),
        // The same form was sent twice.
        Err(AppError::StaleSettings(now)) if settings.tag()? == now => {
            Ok(Redirect::to("/settings?done=settings").into_response())
        }
        Err(AppError::StaleSettings(_)) => {
            let why =
                "Somebody else has changed the settings meanwhile. Saving again puts yours over theirs.";
            Ok(page(&app, &visit, &settings, &current, Some((StatusCode::CONFLICT, why))))
        }
        Err(error) => {
            let (status, why) = told(error)?;
            Ok(page(&app, &visit, &settings, fields.text("tag"), Some((status, &why))))
        }
    }
}

/// The settings as the form has them, and whether its number could be read; what it does not show
/// stays.
fn read(fields: &Fields, before: AccountSettings) -> (AccountSettings, bool) {
    let hosts = fields.text("hosts").split_whitespace().map(str::to_ascii_lowercase);
    let rate = Some(fields.text("rate").trim()).filter(|rate| !rate.is_empty()).map(str::parse).transpose();
    let settings = AccountSettings {
        rule_set: if fields.text("rules") == "liveperson" { Limits::LivePerson } else { Limits::Provider },
        permitted_media_hosts: hosts.collect(),
        four_eyes: fields.get("four-eyes").is_some(),
        requests_per_second: rate.clone().unwrap_or(before.requests_per_second),
        ..before
    };
    (settings, rate.is_ok())
}

fn page(
    app: &App,
    visit: &Visit,
    settings: &AccountSettings,
    tag: &str,
    refused: Option<(StatusCode, &str)>,
) -> Response {
    let content = html! {
        div class="settings two" {
            (form(visit, settings, tag))
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
    SettingsPage { title: "Settings", path: PATH, content, refused, shows_secret: false }.to(visit)
}

fn form(visit: &Visit, settings: &AccountSettings, tag: &str) -> Markup {
    let hosts = settings.permitted_media_hosts.join("\n");
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { "Rules and limits" }
            (visit.token())
            input type="hidden" name="tag" value=(tag);
            fieldset {
                legend { "Whose limits count" }
                (choice("provider", "What the channel's provider accepts", settings.rule_set == Limits::Provider))
                (choice("liveperson", "LivePerson's narrower limits as well", settings.rule_set == Limits::LivePerson))
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
                input id="rate" name="rate" inputmode="numeric" value=[settings.requests_per_second] aria-describedby="rate-hint";
                p class="hint" id="rate-hint" { "The account's budget, pages of this tool included. Empty: the installation's; 0: no limit." }
            }
            @if !settings.levels.is_empty() {
                p class="hint" { (settings.levels.len()) " rules have a level of their own; they stay as they are." }
            }
            div class="actions" { button class="primary" { "Save the settings" } }
        }
    }
}

fn choice(value: &str, label: &str, is_chosen: bool) -> Markup {
    html! { label class="check" { input type="radio" name="rules" value=(value) checked[is_chosen]; (label) } }
}
