//! Fields that several forms have.

use maud::{Markup, html};

/// A labelled field for a line of text.
pub(crate) fn field(name: &str, label: &str, value: &str, autocomplete: &str, hint: Option<&str>) -> Markup {
    labelled(name, label, hint, |hint_id| {
        html! {
            input id=(name) name=(name) type="text" value=(value) autocomplete=(autocomplete) autocapitalize="none"
                spellcheck="false" aria-describedby=[hint_id] required;
        }
    })
}

/// A labelled field for a password.
pub(crate) fn password(name: &str, label: &str, autocomplete: &str, hint: Option<&str>) -> Markup {
    labelled(name, label, hint, |hint_id| {
        html! {
            input id=(name) name=(name) type="password" autocomplete=(autocomplete) aria-describedby=[hint_id]
                required;
        }
    })
}

fn labelled(
    name: &str,
    label: &str,
    hint: Option<&str>,
    input: impl FnOnce(Option<&str>) -> Markup,
) -> Markup {
    let hint_id = hint.map(|_| format!("{name}-hint"));
    html! {
        div class="field" {
            label for=(name) { (label) }
            (input(hint_id.as_deref()))
            @if let (Some(hint), Some(id)) = (hint, &hint_id) { p class="hint" id=(id) { (hint) } }
        }
    }
}
