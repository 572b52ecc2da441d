//! One field of the form, with its label, hint and notes.

use maud::{Markup, html};
use outbound_model::Object;
use serde_json::Value;

use super::draft::Draft;
use super::fields::{Control, Field};
use super::notes::{FieldFindings, element_id, notes_id};
use super::operation::{OPERATION, Operation};
use super::values::shown;
use crate::icons::{Icon, icon};

/// The placeholder that a click writes into a field.
pub(crate) struct Insert {
    pub(crate) text: String,
    pub(crate) operation: Operation,
}

/// A field with the value that `object` has for it.
pub(crate) fn field(
    field: &Field,
    at: &str,
    object: &Object,
    rejected: Option<&str>,
    notes: &FieldFindings<'_>,
    insert: Option<&Insert>,
) -> Markup {
    let name = format!("{at}/{}", field.key);
    let id = element_id(&name);
    let value = object.get(field.key);
    let text = rejected.map_or_else(|| shown(value), str::to_owned);
    let input = Input {
        id: &id,
        name: &name,
        described: described(field, &id, &name),
        is_wrong: notes.has_error(&name),
    };
    let whole = field.control.is_multi_line() || field.control == Control::Check;
    html! {
        div class={ "field" @if whole { " whole" } } {
            @if field.control == Control::Check {
                label class="check" { (input.check(value)) (field.label) }
            } @else {
                div class="field-head" { label for=(id) { (label(field)) } }
                (input.control(field, &text))
                @if let Some(insert) = insert { (insert_button(insert, &id)) }
            }
            @if !field.hint.is_empty() { p class="hint" id={ (id) "-hint" } { (field.hint) } }
            (notes.at(&name))
        }
    }
}

/// What people call the field. Of one that is a text or an address, the style sheet shows the name that
/// the choice beside it asks for, so the name follows without script.
fn label(field: &Field) -> Markup {
    html! {
        @if field.control == Control::TextOrAddress {
            span class="as-text" { "Header text" } span class="as-address" { "Address, https://…" }
        } @else { (field.label) }
    }
}

fn described(field: &Field, id: &str, name: &str) -> String {
    let hint = if field.hint.is_empty() { String::new() } else { format!("{id}-hint ") };
    hint + &notes_id(name)
}

/// A button of the form, after which the page goes on where the change is.
pub(crate) fn button(
    draft: &Draft,
    operation: &Operation,
    class: &str,
    about: Option<&str>,
    content: &Markup,
) -> Markup {
    let target = operation.target(draft).map(|target| format!("#{target}"));
    html! {
        button class=(class) name=(OPERATION) value=(operation.value()) formaction=[target] aria-describedby=[about] { (content) }
    }
}

/// Without script it writes behind the text, with it at the caret.
fn insert_button(insert: &Insert, id: &str) -> Markup {
    let target = format!("#{id}");
    html! {
        span class="insert" id={ (id) "-insert" } data-fragment {
            button class="small quiet" name=(OPERATION) value=(insert.operation.value()) formaction=(target) data-insert=(insert.text) data-into=(id) {
                (icon(Icon::Braces)) span class="unseen" { "Insert the placeholder " } (insert.text)
            }
        }
    }
}

/// What all controls have.
struct Input<'i> {
    id: &'i str,
    name: &'i str,
    described: String,
    is_wrong: bool,
}

impl Input<'_> {
    fn check(&self, value: Option<&Value>) -> Markup {
        let is_set = value.and_then(Value::as_bool).unwrap_or_default();
        html! { input type="checkbox" id=(self.id) name=(self.name) checked[is_set] aria-describedby=(self.described); }
    }

    fn control(&self, field: &Field, text: &str) -> Markup {
        let wrong = self.is_wrong.then_some("true");
        let (id, name, described) = (self.id, self.name, &self.described);
        match field.control {
            // The first line end of a text area is not part of its value.
            control if control.is_multi_line() => html! {
                textarea id=(id) name=(name) dir="auto" aria-describedby=(described) aria-invalid=[wrong] { "\n" (text) }
            },
            Control::Choice(choices) => html! {
                select id=(id) name=(name) aria-describedby=(described) aria-invalid=[wrong] {
                    @for (value, words) in choices { option value=(value) selected[text == *value] { (words) } }
                    @if choices.iter().all(|(value, _)| text != *value) { option value=(text) selected { (text) } }
                }
            },
            control => {
                let mode = match control {
                    Control::Number => Some("numeric"),
                    Control::Address => Some("url"),
                    _ => None,
                };
                html! {
                    input type="text" id=(id) name=(name) value=(text) inputmode=[mode] placeholder=" " dir="auto"
                        aria-describedby=(described) aria-invalid=[wrong];
                }
            }
        }
    }
}
