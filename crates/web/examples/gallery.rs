//! Writes pages with the documented examples to a folder, for manual review:
//! `cargo run -p outbound-web --example gallery -- /tmp/gallery`, then serve that folder.

use std::fs;
use std::path::Path;

use maud::{Markup, html};
use outbound_model::{Handoff, from_json_str};
use outbound_render::{Values, render_with_samples};
use outbound_rules::{RuleSettings, Samples, check};
use outbound_web::assets::Asset;
use outbound_web::catalogue::changes::{Layout, draw};
use outbound_web::catalogue::editor::{Draft, DraftView, Editor};
use outbound_web::catalogue::preview;
use outbound_web::layout::{Entry, Flash, FlashKind, Frame, Person};
use outbound_web::theme::Theme;

/// A handoff in all five channels with features that the documented examples lack: formatting, several segments, many
/// buttons, a horizontal card, right-to-left text.
const SHOWCASE: &str = include_str!("showcase.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("gallery FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in [Asset::Style, Asset::Script, Asset::Icons, Asset::Favicon] {
        fs::write(folder.join(asset.path().trim_start_matches('/')), asset.content())?;
    }
    let mut handoffs: Vec<Handoff> = from_json_str(SHOWCASE)?;
    handoffs.extend(from_json_str::<Vec<Handoff>>(outbound_model::examples::HANDOFFS)?);
    for theme in [Theme::Light, Theme::Dark] {
        let file = |name: &str| folder.join(format!("{name}-{}.html", theme.as_str()));
        fs::write(file("previews"), previews(&handoffs, theme))?;
        fs::write(file("changes"), changes(&handoffs[0], theme)?)?;
        fs::write(file("editor"), editor(&handoffs[0], theme)?)?;
    }
    Ok(())
}

fn frame(title: &'static str, theme: Theme, content: &Markup) -> String {
    let navigation = [("Handoffs", true), ("Import", false), ("History", false), ("Settings", false)]
        .map(|(label, is_current)| Entry { label, href: "#", is_current });
    let person = Person { name: "anna", account: "12345678", log_out: "#", csrf: "" };
    let flashes = [Flash { kind: FlashKind::Done, text: "Greeting by SMS was published." }];
    let frame = Frame {
        title,
        theme,
        path: "/",
        navigation: &navigation,
        person: Some(person),
        flashes: if title == "Previews" { &flashes } else { &[] },
    };
    frame.page(content).into_string()
}

fn previews(handoffs: &[Handoff], theme: Theme) -> String {
    let draw = |handoff: &Handoff| {
        let samples = Samples::of_handoff(handoff).unwrap_or_default();
        let rendered = render_with_samples(handoff, &Values::default(), |place| samples.of(place));
        preview::draw(&rendered, &[]).markup
    };
    let content = html! {
        div class="page-head" { h1 { "Previews" } }
        @for handoff in handoffs { section class="panel" { h2 { (handoff.name) } (draw(handoff)) } }
    };
    frame("Previews", theme, &content)
}

fn editor(handoff: &Handoff, theme: Theme) -> Result<String, Box<dyn std::error::Error>> {
    let draft = Draft::of(handoff)?;
    let findings = check(handoff, &RuleSettings::default(), Samples::of_handoff(handoff).as_ref());
    let view = DraftView::new(handoff.clone(), findings);
    let editor = Editor {
        draft: &draft,
        view: &view,
        previews: &preview::draw(&view.rendered, &[]),
        action: "/edit",
        live: "/edit/live",
        hidden: &[("csrf", "x")],
        foot: html! {},
        buttons: html! { button class="primary" name="op" value="save" data-saves { "Save" } },
        is_changed: false,
    };
    let content = html! {
        div class="page-head" { h1 { (handoff.name) } span class="badge" { "Draft 4" } span class="badge published" { "Published 3" } }
        (editor.draw())
    };
    Ok(frame("Editor", theme, &content))
}

/// The showcase compared with an edited version.
fn changes(handoff: &Handoff, theme: Theme) -> Result<String, Box<dyn std::error::Error>> {
    let mut later = Draft::of(handoff)?;
    for operation in ["up 1", "add 0 body", "remove 1 5", "up 1 4", "add 2 button", "remove 4"] {
        // Some of them may be impossible; that does not matter here.
        let _ = later.apply(&operation.parse()?, &RuleSettings::default());
    }
    let later = serde_json::to_string(&later.handoff()?)?
        .replace("spring is here", "summer is near")
        .replace("Visit the shop", "Visit us")
        .replace("lookbackPeriodDay\":7", "lookbackPeriodDay\":14");
    let changes = outbound_compare::compare(handoff, &from_json_str(&later)?)?;
    let content = html! {
        div class="page-head" { h1 { "Spring offer: version 3 to draft 4" } }
        section class="panel" aria-label="Inline" { (draw(&changes, Layout::Inline)) }
        section class="panel" aria-label="Side by side" { (draw(&changes, Layout::SideBySide)) }
    };
    Ok(frame("Changes", theme, &content))
}
