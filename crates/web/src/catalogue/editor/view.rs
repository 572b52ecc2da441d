//! The editor's page: the form, and the phones beside it.

use std::collections::BTreeSet;

use maud::{Markup, html};
use outbound_model::Object;
use outbound_render::Key;

use super::draft::{ChannelDraft, ComponentDraft, Draft, channel_at, component_at, samples_at, type_of};
use super::fields::{self, Field};
use super::form::{END, LEFT};
use super::look::ViewOptions;
use super::notes::{FieldFindings, element_id};
use super::operation::{OPERATION, Operation, Place};
use super::parts::{self, Insert};
use super::{buttons, values, variables};
use crate::catalogue::preview::Previews;
use crate::icons::{Icon, channel_name, icon};

/// Sample fields of a channel.
const MAX_SAMPLES: usize = 60;

/// The editor of a draft.
#[derive(Debug)]
pub struct Editor<'e> {
    /// What is edited.
    pub draft: &'e Draft,
    /// What it looks like.
    pub look: &'e ViewOptions,
    /// The phones.
    pub previews: &'e Previews,
    /// Where the form is posted to, with `op` for each of its buttons: the page's own address, so that
    /// the page goes on where the change is.
    pub action: &'e str,
    /// Where the script posts the form to while somebody types, for the same as HTML without a frame.
    pub live: &'e str,
    /// The page's own fields: token, version.
    pub hidden: &'e [(&'e str, &'e str)],
    /// The page's own fields, at the end of the form.
    pub foot: Markup,
    /// The page's own buttons; those that save have `data-saves`.
    pub buttons: Markup,
    /// Whether the form shows what was posted and not saved yet.
    pub is_changed: bool,
}

impl Editor<'_> {
    /// The form and the phones. The script asks for the same while somebody types, and takes over the
    /// parts marked `data-fragment`.
    pub fn draw(&self) -> Markup {
        let notes = FieldFindings::new(self.draft, &self.look.findings);
        html! {
            div class="editor" {
                form class="editor-form" method="post" autocomplete="off" action=(self.action) data-live=(self.live) data-changed[self.is_changed] {
                    // What the enter key presses.
                    button class="unseen" name=(OPERATION) value=(Operation::Refresh.value()) tabindex="-1" { "Look again" }
                    input type="hidden" name=(LEFT) value=(self.draft.left.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
                    @for (name, value) in self.hidden { input type="hidden" name=(name) value=(value); }
                    (self.head(&notes))
                    @for (place, channel) in self.draft.channels.iter().enumerate() { (self.channel(place, channel, &notes)) }
                    (buttons::add_channels(self.draft))
                    (self.foot)
                    div class="save-bar" {
                        (notes.summary())
                        div class="actions" {
                            @if !self.draft.channels.is_empty() {
                                // Where the phone does not stand beside the fields. The script leads it to the
                                // channel that is being edited.
                                a class="button small to-preview" href={ "#" (live_id(0)) } { "Preview" }
                            }
                            (self.buttons)
                        }
                    }
                    input type="hidden" name=(END) value="1";
                }
            }
        }
    }

    /// The phone of one channel, beside its fields.
    fn phone(&self, place: usize, channel: &ChannelDraft) -> Markup {
        let name: &str = match channel.kind {
            Some(kind) => channel_name(kind),
            None => type_of(&channel.object),
        };
        html! {
            section class="live" id=(live_id(place)) tabindex="0" data-fragment aria-label={ "Preview of " (name) } {
                @if let Some(figure) = self.previews.figures.get(place) { (figure) }
                a class="to-fields" href={ "#" (element_id(&channel_at(place))) } { "Back to the fields" }
            }
        }
    }

    fn head(&self, notes: &FieldFindings<'_>) -> Markup {
        html! {
            div class="panel" role="group" aria-label="Handoff" {
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
        object: &Object,
        notes: &FieldFindings<'_>,
        insert: Option<&Insert>,
    ) -> Markup {
        let name = format!("{at}/{}", field.key);
        let rejected = self.draft.rejected.get(&name).map(|rejected| rejected.posted.as_str());
        parts::field(field, at, object, rejected, notes, insert)
    }

    fn channel(&self, place: usize, channel: &ChannelDraft, notes: &FieldFindings<'_>) -> Markup {
        let at = channel_at(place);
        let id = element_id(&at);
        let title = format!("h{id}");
        html! {
            div class="channel-row" {
            div class="panel channel-form" role="group" id=(id) tabindex="-1" aria-labelledby=(title) {
                (part(&at, channel.origin, type_of(&channel.object)))
                div class="channel-head" {
                    h2 id=(title) { (heading(channel)) }
                    div class="actions" {
                        a class="button small quiet to-preview" href={ "#" (live_id(place)) } { "Preview" }
                        (buttons::moves(self.draft, Place::Channel(place), self.draft.channels.len() > 1, &title))
                    }
                }
                (notes.at(&at))
                @if let Some(kind) = channel.kind {
                    div class="fields" {
                        @for field in fields::of_channel(kind) { (self.field(field, &at, &channel.object, notes, None)) }
                    }
                    @for (component, part) in channel.components.iter().enumerate() {
                        (self.component((place, component), channel, part, notes))
                    }
                    (buttons::add_components(self.draft, place, channel, kind))
                    (self.samples(place, channel))
                } @else {
                    p class="hint" { "This channel is kept as it is; the editor does not know it." }
                }
            }
            (self.phone(place, channel))
            }
        }
    }

    fn component(
        &self,
        (place, component): (usize, usize),
        channel: &ChannelDraft,
        draft: &ComponentDraft,
        notes: &FieldFindings<'_>,
    ) -> Markup {
        let at = component_at(place, component);
        let title = format!("h{}", element_id(&at));
        let kind = draft.kind(channel);
        let buttons = channel.buttons();
        let rank = buttons.iter().position(|button| *button == component);
        let movable = rank.is_some() && buttons.len() > 1;
        let insert = |field: &Field| {
            let operation = Operation::Placeholder(place, component, field.key.to_owned());
            kind.and_then(|kind| kind.variables)?;
            let number = variables::next(channel, component);
            Some(Insert { text: field.control.placeholder(&draft.object, number)?, operation })
        };
        html! {
            div class="component" role="group" id=(element_id(&at)) tabindex="-1" aria-labelledby=(title) {
                (part(&at, draft.origin, type_of(&draft.object)))
                div class="component-head" {
                    h3 id=(title) {
                        (kind.map_or(type_of(&draft.object), |kind| kind.label))
                        @if let Some(rank) = rank { " " (rank + 1) }
                    }
                }
                (notes.at(&at))
                @match kind {
                    Some(kind) => div class="fields" {
                        @for field in kind.fields { (self.field(field, &at, &draft.object, notes, insert(field).as_ref())) }
                    },
                    None => p class="hint" { "This component is kept as it is; the editor does not know it." },
                }
                // Behind the fields, so that Tab reaches them last; the style sheet shows them in the corner.
                (buttons::moves(self.draft, Place::Component(place, component), movable, &title))
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
                            @for key in keys.iter().take(MAX_SAMPLES) {
                                @let name = format!("{prefix}{key}");
                                div class="field" {
                                    label for=(element_id(&name)) { span class="chip" { (key) } }
                                    input type="text" id=(element_id(&name)) name=(name) value=(value(key)) dir="auto";
                                }
                            }
                        }
                        @if keys.len() > MAX_SAMPLES { p class="hint" { "And " (keys.len() - MAX_SAMPLES) " more." } }
                    }
                }
            }
        }
    }
}

/// The field that stands for a part: where it comes from, or what it is.
fn part(at: &str, origin: Option<usize>, kind: &str) -> Markup {
    let value = origin.map_or_else(|| kind.to_owned(), |place| place.to_string());
    html! { input type="hidden" name={ "@" (at) } value=(value) data-new[origin.is_none()]; }
}

/// The id of a channel's phone.
fn live_id(place: usize) -> String {
    format!("live-{place}")
}

fn heading(channel: &ChannelDraft) -> Markup {
    html! {
        @match channel.kind {
            Some(kind) => { (icon(Icon::of_channel(kind))) (channel_name(kind)) }
            None => { (icon(Icon::List)) bdi { (type_of(&channel.object)) } }
        }
    }
}
