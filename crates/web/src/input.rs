//! Inputs that several forms have.

use maud::{Markup, html};

/// A labelled field with a hint.
pub(crate) fn field(
    name: &str,
    label: &str,
    value: &str,
    kind: &str,
    autocomplete: &str,
    hint: Option<&str>,
) -> Markup {
    let hint_id = hint.map(|_| format!("{name}-hint"));
    html! {
        div class="field" {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) value=(value) autocomplete=(autocomplete) autocapitalize="none"
                spellcheck="false" aria-describedby=[hint_id.as_deref()] required;
            @if let (Some(hint), Some(id)) = (hint, &hint_id) { p class="hint" id=(id) { (hint) } }
        }
    }
}
