//! One field of the form with its label, hint and findings.

use maud::{Markup, html};
use outbound_model::Object;
use serde_json::Value;

use super::draft::Draft;
use super::field_findings::{FieldFindings, element_id, findings_id};
use super::fields::{Control, Field};
use super::operation::{OPERATION, Operation};
use super::values::shown;
use crate::icons::{Icon, icon};
use crate::text;

/// The button that inserts a placeholder into a field.
pub(crate) struct Insert {
    pub(crate) text: String,
    pub(crate) operation: Operation,
}

/// A field with its value in `object`, or the rejected input.
pub(crate) fn field(
    field: &Field,
    at: &str,
    object: &Object,
    rejected: Option<&str>,
    findings: &FieldFindings<'_>,
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
        is_invalid: findings.has_error(&name),
    };
    let is_check = matches!(field.control, Control::Check);
    let is_wide = field.control.is_multi_line() || is_check;
    html! {
        div class={ "field" @if is_wide { " whole" } } {
            @if is_check {
                label class="check" { (input.check(value)) ((field.label)()) }
            } @else {
                div class="field-head" { label for=(id) { (label(field)) } }
                (input.control(field, &text))
                @if let Some(insert) = insert { (insert_button(insert, &id)) }
            }
            @if let Some(hint) = field.hint { p class="hint" id={ (id) "-hint" } { (hint()) } }
            (findings.at(&name))
        }
    }
}

/// The label of a field. For content that is text or a URL, the style sheet shows the label that matches the choice in the field
/// before it, without a script.
fn label(field: &Field) -> Markup {
    html! {
        @if matches!(field.control, Control::TextOrUrl) {
            span class="as-text" { (text::header_text()) } span class="as-address" { (text::header_url()) }
        } @else { ((field.label)()) }
    }
}

fn described(field: &Field, id: &str, name: &str) -> String {
    let hint = if field.hint.is_some() { format!("{id}-hint ") } else { String::new() };
    hint + &findings_id(name)
}

/// A button of the form. The page scrolls to the element that it changes.
pub(crate) fn button(
    draft: &Draft,
    operation: &Operation,
    class: &str,
    about: Option<&str>,
    content: &Markup,
) -> Markup {
    let target = operation.target(draft).map(|target| format!("#{target}"));
    html! {
        button class=(class) name=(OPERATION) value=(operation.value()) formaction=[target]
            aria-describedby=[about] { (content) }
    }
}

/// Appends the placeholder; the script inserts it at the caret instead.
fn insert_button(insert: &Insert, id: &str) -> Markup {
    let target = format!("#{id}");
    html! {
        span class="insert" id={ (id) "-insert" } data-fragment {
            button class="small quiet" name=(OPERATION) value=(insert.operation.value()) formaction=(target)
                data-insert=(insert.text) data-into=(id) {
                (icon(Icon::Braces)) span class="unseen" { (text::insert_placeholder()) " " } (insert.text)
            }
        }
    }
}

/// The attributes of all controls.
struct Input<'i> {
    id: &'i str,
    name: &'i str,
    described: String,
    is_invalid: bool,
}

impl Input<'_> {
    fn check(&self, value: Option<&Value>) -> Markup {
        let is_set = value.and_then(Value::as_bool).unwrap_or_default();
        html! { input type="checkbox" id=(self.id) name=(self.name) checked[is_set] aria-describedby=(self.described); }
    }

    fn control(&self, field: &Field, text: &str) -> Markup {
        let invalid = self.is_invalid.then_some("true");
        let (id, name, described) = (self.id, self.name, &self.described);
        match field.control {
            // Browsers drop the first line end of a text area.
            control if control.is_multi_line() => html! {
                textarea id=(id) name=(name) dir="auto" aria-describedby=(described) aria-invalid=[invalid] {
                    "\n" (text)
                }
            },
            Control::Choice(choices) => html! {
                select id=(id) name=(name) aria-describedby=(described) aria-invalid=[invalid] {
                    @for (value, label) in choices { option value=(value) selected[text == *value] { (label()) } }
                    @if choices.iter().all(|(value, _)| text != *value) { option value=(text) selected { (text) } }
                }
            },
            control => {
                let mode = match control {
                    Control::Number => Some("numeric"),
                    Control::Url => Some("url"),
                    _ => None,
                };
                html! {
                    input type="text" id=(id) name=(name) value=(text) inputmode=[mode] placeholder=" " dir="auto"
                        aria-describedby=(described) aria-invalid=[invalid];
                }
            }
        }
    }
}
