//! Writes pages with every documented example to a folder, to look at:
//! `cargo run -p outbound-web --example gallery -- /tmp/gallery`, then serve that folder.

use std::fs;
use std::path::Path;

use outbound_model::{Handoff, from_json_str};
use outbound_render::render_with_samples;
use outbound_rules::Samples;
use outbound_web::assets::Asset;
use outbound_web::layout::{Entry, Flash, FlashKind, Frame, Person};
use outbound_web::preview;
use outbound_web::theme::Theme;

/// A handoff in all five channels, with what the documented ones lack: formatting, several segments,
/// many buttons, a lying card, text from right to left.
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
    }
    Ok(())
}

fn previews(handoffs: &[Handoff], theme: Theme) -> String {
    let navigation = [("Handoffs", true), ("Import", false), ("History", false), ("Settings", false)]
        .map(|(label, is_current)| Entry { label, href: "#", is_current });
    let person = Person { name: "anna", account: "12345678", sign_out: "#", csrf: "" };
    let flashes = [Flash { kind: FlashKind::Done, text: "Greeting by SMS was published." }];
    let frame = Frame {
        title: "Previews",
        theme,
        path: "/",
        navigation: &navigation,
        person: Some(person),
        flashes: &flashes,
    };
    let content = maud::html! {
        div class="page-head" { h1 { "Previews" } }
        @for handoff in handoffs {
            @let samples = Samples::of_handoff(handoff);
            @let rendered = render_with_samples(handoff, &outbound_render::Values::default(), |place| samples.as_ref()?.of(place));
            section class="panel" {
                h2 { (handoff.name) }
                (preview::draw(&rendered, &[]).markup)
            }
        }
    };
    frame.page(&content).into_string()
}
