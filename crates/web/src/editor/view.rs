//! The editor's page: the form, and the phones beside it.

use std::collections::BTreeSet;

use maud::{Markup, html};
use outbound_model::{ChannelType, Handoff, ShapeError};
use outbound_render::{Key, Rendered, Values, render_with_samples};
use outbound_rules::{Finding, Samples, Settings, check};
use serde_json::Value;

use super::draft::{ChannelDraft, ComponentDraft, Draft, channel_at, component_at, samples_at, type_of};
use super::fields::{self, Field};
use super::form::{END, MOST_COMPONENTS};
use super::notes::{Notes, element_id};
use super::operation::{OPERATION, Operation, Place};
use super::parts::{self, Insert};
use super::{values, variables};
use crate::icons::{Icon, channel_name, icon};
use crate::preview::Previews;

/// Sample fields of a channel.
const MOST_SAMPLES: usize = 60;

/// What a draft looks like: to the rules, and to a consumer.
#[derive(Debug)]
pub struct Look {
    /// The draft as a handoff.
    pub handoff: Handoff,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What a consumer sees, with the handoff's own samples.
    pub rendered: Rendered,
}

impl Look {
    /// Looks at a draft under an account's settings.
    pub fn at(draft: &Draft, settings: &Settings) -> Result<Self, ShapeError> {
        let handoff = draft.handoff()?;
        // Whoever edits is told about missing samples too.
        let samples = Samples::of_handoff(&handoff).unwrap_or_default();
        let findings = check(&handoff, settings, Some(&samples));
        let rendered = render_with_samples(&handoff, &Values::default(), |place| samples.of(place));
        Ok(Self { handoff, findings, rendered })
    }
}

/// The editor of a draft.
#[derive(Debug)]
pub struct Editor<'e> {
    /// What is edited.
    pub draft: &'e Draft,
    /// What it looks like.
    pub look: &'e Look,
    /// The phones.
    pub previews: &'e Previews,
    /// Where the form is posted to, with `op` for each of its buttons.
    pub action: &'e str,
    /// Where the script posts the form to, for [`Editor::fragments`].
    pub live: &'e str,
    /// The page's own fields: token, version.
    pub hidden: &'e [(&'e str, &'e str)],
    /// The page's own buttons: those that save.
    pub buttons: Markup,
}

impl Editor<'_> {
    /// The form and the phones.
    pub fn page(&self) -> Markup {
        let notes = Notes::new(self.draft, &self.look.findings);
        html! {
            div class="editor" {
                form class="editor-form" method="post" action=(self.action) data-live=(self.live) {
                    // What the enter key presses.
                    button class="unseen" name=(OPERATION) value=(Operation::Refresh.value()) tabindex="-1" { "Look again" }
                    @for (name, value) in self.hidden { input type="hidden" name=(name) value=(value); }
                    (self.head(&notes))
                    @for (place, channel) in self.draft.channels.iter().enumerate() { (self.channel(place, channel, &notes)) }
                    (add_channels())
                    div class="save-bar" { (notes.summary()) div class="actions" { (self.buttons) } }
                    input type="hidden" name=(END) value="1";
                }
                (self.phones())
            }
        }
    }

    /// What changes while somebody types: the phones, the notes, and which placeholders there are.
    pub fn fragments(&self) -> Markup {
        self.page()
    }

    fn phones(&self) -> Markup {
        html! {
            section class="live" id="live" data-fragment aria-label="Preview" { (self.previews.markup) }
        }
    }

    fn head(&self, notes: &Notes<'_>) -> Markup {
        html! {
            section class="panel" aria-label="Handoff" {
                (notes.at(""))
                div class="fields" {
                    @for field in fields::HANDOFF { (self.field(field, "", &self.draft.head, notes, None)) }
                }
            }
        }
    }

    fn field(
        &self,
        field: &Field,
        at: &str,
        object: &outbound_model::Object,
        notes: &Notes<'_>,
        insert: Option<&Insert>,
    ) -> Markup {
        let name = format!("{at}/{}", field.key);
        let rejected = self.draft.rejected.get(&name).map(|rejected| rejected.posted.as_str());
        parts::field(field, at, object, rejected, notes, insert)
    }

    fn channel(&self, place: usize, channel: &ChannelDraft, notes: &Notes<'_>) -> Markup {
        let at = channel_at(place);
        let id = element_id(&at);
        let title = format!("{id}-title");
        html! {
            section class="panel channel-form" id=(id) aria-labelledby=(title) {
                (part(&at, channel.origin, type_of(&channel.object)))
                div class="channel-head" {
                    h2 id=(title) { (heading(channel)) }
                    (self.moves(Place::Channel(place), self.draft.channels.len() > 1, &title))
                }
                (notes.at(&at))
                @if let Some(kind) = channel.kind {
                    div class="fields" {
                        @for field in fields::of_channel(kind) { (self.field(field, &at, &channel.object, notes, None)) }
                    }
                    @for (component, part) in channel.components.iter().enumerate() {
                        (self.component((place, component), channel, part, notes))
                    }
                    (add_components(place, channel, kind))
                    (self.samples(place, channel))
                } @else {
                    p class="hint" { "This channel is kept as it is; the editor does not know it." }
                }
            }
        }
    }

    fn component(
        &self,
        (place, component): (usize, usize),
        channel: &ChannelDraft,
        draft: &ComponentDraft,
        notes: &Notes<'_>,
    ) -> Markup {
        let at = component_at(place, component);
        let title = format!("{}-title", element_id(&at));
        let kind = draft.kind(channel);
        let movable = if draft.is_button() { channel.buttons().len() > 1 } else { false };
        let insert = |field: &Field| {
            let operation = Operation::Placeholder(place, component, field.key.to_owned());
            kind.and_then(|kind| kind.variables)?;
            Some(Insert { text: field.control.placeholder(variables::next(channel, component))?, operation })
        };
        html! {
            section class="component" id=(element_id(&at)) aria-labelledby=(title) {
                (part(&at, draft.origin, type_of(&draft.object)))
                div class="component-head" {
                    h3 id=(title) { (kind.map_or(type_of(&draft.object), |kind| kind.label)) }
                    (self.moves(Place::Component(place, component), movable, &title))
                }
                (notes.at(&at))
                @match kind {
                    Some(kind) => div class="fields" {
                        @for field in kind.fields { (self.field(field, &at, &draft.object, notes, insert(field).as_ref())) }
                    },
                    None => p class="hint" { "This component is kept as it is; the editor does not know it." },
                }
            }
        }
    }

    /// The buttons that move and remove a part.
    fn moves(&self, place: Place, movable: bool, title: &str) -> Markup {
        let button = |operation: Operation, symbol: Icon, words: &str| {
            html! {
                button class="small quiet" name=(OPERATION) value=(operation.value()) formaction=(self.action) title=(words)
                    aria-describedby=(title) { (icon(symbol)) span class="unseen" { (words) } }
            }
        };
        html! {
            div class="actions" {
                @if movable {
                    (button(Operation::Up(place), Icon::Up, "Move up"))
                    (button(Operation::Down(place), Icon::Down, "Move down"))
                }
                (button(Operation::Remove(place), Icon::Trash, "Remove"))
            }
        }
    }

    /// A field for each placeholder's sample, and for each sample that is there.
    fn samples(&self, place: usize, channel: &ChannelDraft) -> Markup {
        let prefix = samples_at(place);
        let stored = channel.samples.iter().flat_map(|samples| samples.keys());
        let mut keys: BTreeSet<Key> = stored.filter_map(|key| key.parse().ok()).collect();
        if let Some(rendered) = self.look.rendered.channels.get(place) {
            keys.extend(rendered.missing.iter().chain(&rendered.used));
        }
        let value = |key: &Key| {
            values::shown(channel.samples.as_ref().and_then(|samples| samples.get(&key.to_string())))
        };
        html! {
            div id={ (element_id(&channel_at(place))) "-samples" } data-fragment {
                @if !keys.is_empty() {
                    div class="samples" role="group" aria-label="Samples" {
                        p class="label" { "Samples" span class="hint" { " for the preview and for the check of lengths; they are not sent" } }
                        div class="fields" {
                            @for key in keys.iter().take(MOST_SAMPLES) {
                                @let name = format!("{prefix}{key}");
                                div class="field" {
                                    label for=(element_id(&name)) { span class="chip" { (key) } }
                                    input type="text" id=(element_id(&name)) name=(name) value=(value(key)) dir="auto" autocomplete="off";
                                }
                            }
                        }
                        @if keys.len() > MOST_SAMPLES { p class="hint" { "And " (keys.len() - MOST_SAMPLES) " more." } }
                    }
                }
            }
        }
    }
}

/// The field that stands for a part: where it comes from, or what it is.
fn part(at: &str, origin: Option<usize>, kind: &str) -> Markup {
    let value = origin.map_or_else(|| kind.to_owned(), |place| place.to_string());
    html! { input type="hidden" name={ "@" (at) } value=(value); }
}

fn heading(channel: &ChannelDraft) -> Markup {
    html! {
        @match channel.kind {
            Some(kind) => { (icon(Icon::of_channel(kind))) (channel_name(kind)) }
            None => { (icon(Icon::List)) bdi { (channel.object.get("type").and_then(Value::as_str).unwrap_or_default()) } }
        }
    }
}

fn add_channels() -> Markup {
    html! {
        section class="panel" aria-label="Add a channel" {
            div class="add" {
                span class="label" { "Add a channel" }
                @for channel in ChannelType::ALL {
                    button name=(OPERATION) value=(Operation::AddChannel(channel).value()) {
                        (icon(Icon::of_channel(channel))) (channel_name(channel))
                    }
                }
            }
        }
    }
}

/// The kinds that a channel lacks, or may have more of.
fn add_components(place: usize, channel: &ChannelDraft, kind: ChannelType) -> Markup {
    let has = |name: &str| channel.components.iter().any(|part| type_of(&part.object) == name);
    let offered: Vec<_> = fields::kinds(kind).iter().filter(|kind| kind.repeats || !has(kind.name)).collect();
    html! {
        @if !offered.is_empty() && channel.components.len() < MOST_COMPONENTS {
            div class="add" {
                @for kind in offered {
                    button class="small" name=(OPERATION) value=(Operation::AddComponent(place, kind.name.to_owned()).value()) {
                        (icon(Icon::Plus)) (kind.label)
                    }
                }
            }
        }
    }
}
