//! The HTML of the editor: the form, with a preview next to each channel.

use maud::{Markup, html};
use outbound_model::Object;

use super::draft::{ChannelDraft, ComponentDraft, Draft, channel_at, component_at, type_of};
use super::draft_view::DraftView;
use super::field_findings::{FieldFindings, element_id};
use super::field_view::{self, Insert};
use super::fields::{self, Field};
use super::form::{END, LEFT};
use super::operation::{OPERATION, Operation, Place};
use super::samples::samples;
use super::{buttons, script_messages, variables};
use crate::catalogue::preview::Previews;
use crate::icons::{Icon, channel_name, icon};
use crate::text::{self, Text};

/// The editor of a draft.
#[derive(Debug)]
pub struct Editor<'e> {
    /// The draft.
    pub draft: &'e Draft,
    /// Its findings and its rendered message.
    pub view: &'e DraftView,
    /// The previews of its channels.
    pub previews: &'e Previews,
    /// The address of the page, to which the form is posted with the button's operation as `op`.
    pub action: &'e str,
    /// The address to which the script posts the form while the user types. It returns the form without a frame.
    pub live: &'e str,
    /// Fields that do not belong to the handoff, such as token and version.
    pub hidden: &'e [(&'e str, &'e str)],
    /// More fields of the page, at the end of the form.
    pub foot: Markup,
    /// The buttons of the page. Those that save have `data-saves`.
    pub buttons: Markup,
    /// Whether the form shows input that is not saved.
    pub is_changed: bool,
}

impl Editor<'_> {
    /// The form with the previews. While the user types, the script requests it again and replaces the elements with
    /// `data-fragment`.
    pub fn draw(&self) -> Markup {
        let findings = FieldFindings::new(self.draft, &self.view.findings);
        let visited = self.draft.left.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        html! {
            div class="editor" {
                form class="editor-form" method="post" autocomplete="off" action=(self.action) data-live=(self.live)
                    data-changed[self.is_changed] data-messages=(script_messages::json()) {
                    // The first button is the one that the enter key presses.
                    button class="unseen" name=(OPERATION) value=(Operation::Refresh.value()) tabindex="-1" {
                        (text::refresh())
                    }
                    input type="hidden" name=(LEFT) value=(visited);
                    @for (name, value) in self.hidden { input type="hidden" name=(name) value=(value); }
                    (self.head(&findings))
                    @for (place, channel) in self.draft.channels.iter().enumerate() {
                        (self.channel(place, channel, &findings))
                    }
                    (buttons::add_channels(self.draft))
                    (self.foot)
                    div class="save-bar" {
                        (findings.summary())
                        div class="actions" {
                            @if !self.draft.channels.is_empty() {
                                // For narrow screens. The script points it at the channel that is being edited.
                                a class="button small to-preview" href={ "#" (live_id(0)) } { (text::preview()) }
                            }
                            (self.buttons)
                        }
                    }
                    input type="hidden" name=(END) value="1";
                }
            }
        }
    }

    /// The preview of one channel, next to its fields.
    fn preview(&self, place: usize, channel: &ChannelDraft) -> Markup {
        let name: Text = match channel.kind {
            Some(kind) => channel_name(kind),
            None => type_of(&channel.object).to_owned().into(),
        };
        html! {
            section class="live" id=(live_id(place)) tabindex="0" data-fragment aria-label=(text::preview_of(name)) {
                @if let Some(figure) = self.previews.figures.get(place) { (figure) }
                a class="to-fields" href={ "#" (element_id(&channel_at(place))) } { (text::back_to_fields()) }
            }
        }
    }

    fn head(&self, findings: &FieldFindings<'_>) -> Markup {
        html! {
            div class="panel" role="group" aria-label=(text::handoff()) {
                (findings.at(""))
                div class="fields" {
                    @for field in fields::HANDOFF { (self.field(field, "", &self.draft.head, findings, None)) }
                }
            }
        }
    }

    fn field(
        &self,
        field: &Field,
        at: &str,
        object: &Object,
        findings: &FieldFindings<'_>,
        insert: Option<&Insert>,
    ) -> Markup {
        let name = format!("{at}/{}", field.key);
        let rejected = self.draft.rejected.get(&name).map(|rejected| rejected.posted.as_str());
        field_view::field(field, at, object, rejected, findings, insert)
    }

    fn channel(&self, place: usize, channel: &ChannelDraft, findings: &FieldFindings<'_>) -> Markup {
        let at = channel_at(place);
        let id = element_id(&at);
        let title = format!("h{id}");
        html! {
            div class="channel-row" {
            div class="panel channel-form" role="group" id=(id) tabindex="-1" aria-labelledby=(title) {
                (origin_input(&at, channel.origin, type_of(&channel.object)))
                div class="channel-head" {
                    h2 id=(title) { (heading(channel)) }
                    div class="actions" {
                        a class="button small quiet to-preview" href={ "#" (live_id(place)) } { (text::preview()) }
                        (buttons::moves(self.draft, Place::Channel(place), self.draft.channels.len() > 1, &title))
                    }
                }
                (findings.at(&at))
                @if let Some(kind) = channel.kind {
                    div class="fields" {
                        @for field in fields::of_channel(kind) {
                            (self.field(field, &at, &channel.object, findings, None))
                        }
                    }
                    @for (component, part) in channel.components.iter().enumerate() {
                        (self.component((place, component), channel, part, findings))
                    }
                    (buttons::add_components(self.draft, place, channel, kind))
                    (samples(place, channel, self.view.rendered.channels.get(place)))
                } @else {
                    p class="hint" { (text::unsupported_channel()) }
                }
            }
            (self.preview(place, channel))
            }
        }
    }

    fn component(
        &self,
        (place, component): (usize, usize),
        channel: &ChannelDraft,
        draft: &ComponentDraft,
        findings: &FieldFindings<'_>,
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
                (origin_input(&at, draft.origin, type_of(&draft.object)))
                div class="component-head" {
                    h3 id=(title) {
                        @match kind { Some(kind) => ((kind.label)()), None => (type_of(&draft.object)) }
                        @if let Some(rank) = rank { " " (rank + 1) }
                    }
                }
                (findings.at(&at))
                @match kind {
                    Some(kind) => div class="fields" {
                        @for field in kind.fields {
                            (self.field(field, &at, &draft.object, findings, insert(field).as_ref()))
                        }
                    },
                    None => p class="hint" { (text::unsupported_component()) },
                }
                // After the fields, so that Tab reaches them last. The style sheet shows them in the corner.
                (buttons::moves(self.draft, Place::Component(place, component), movable, &title))
            }
        }
    }
}

/// The hidden field of a channel or component: its stored position, or its type if it is new.
fn origin_input(at: &str, origin: Option<usize>, kind: &str) -> Markup {
    let value = origin.map_or_else(|| kind.to_owned(), |place| place.to_string());
    html! { input type="hidden" name={ "@" (at) } value=(value) data-new[origin.is_none()]; }
}

/// The id of the preview of a channel.
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
