//! The fields for sample values of a channel.

use std::collections::BTreeSet;

use maud::{Markup, html};
use outbound_render::{ChannelPreview, Key};

use super::draft::{ChannelDraft, channel_at, samples_at};
use super::field_findings::element_id;
use super::values;
use crate::text;

/// Fields for sample values of a channel.
const MAX_SAMPLES: usize = 60;

/// A field for the sample value of each placeholder, and for each stored sample value.
pub(super) fn samples(place: usize, channel: &ChannelDraft, rendered: Option<&ChannelPreview>) -> Markup {
    let prefix = samples_at(place);
    let stored = channel.samples.iter().flat_map(|samples| samples.keys());
    let mut keys: BTreeSet<Key> = stored.filter_map(|key| key.parse().ok()).collect();
    if let Some(rendered) = rendered {
        keys.extend(rendered.missing.iter().chain(&rendered.used));
    }
    let value =
        |key: &Key| values::shown(channel.samples.as_ref().and_then(|samples| samples.get(&key.to_string())));
    html! {
        div id={ (element_id(&channel_at(place))) "-samples" } data-fragment {
            @if !keys.is_empty() {
                div class="samples" role="group" aria-label=(text::samples()) {
                    p class="label" { (text::samples()) span class="hint" { " " (text::samples_hint()) } }
                    div class="fields" {
                        @for key in keys.iter().take(MAX_SAMPLES) {
                            @let name = format!("{prefix}{key}");
                            div class="field" {
                                label for=(element_id(&name)) { span class="chip" { (key) } }
                                input type="text" id=(element_id(&name)) name=(name) value=(value(key)) dir="auto";
                            }
                        }
                    }
                    @if keys.len() > MAX_SAMPLES {
                        p class="hint" { (text::more_not_shown(keys.len() - MAX_SAMPLES)) }
                    }
                }
            }
        }
    }
}
