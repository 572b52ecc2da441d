//! Export of buttons to Meta's templates.

use outbound_model::{At, Button, Object, placeholders};
use serde_json::{Value, json};

use super::write::{KnownField, TemplateWriter, component, insert};
use crate::buttons::NumberedButton;
use crate::numbering::{Scope, filled_address};
use crate::{Format, foreign, phones};

impl TemplateWriter<'_, '_, '_> {
    /// Writes a button with the number `new`; `None` if Meta would reject it.
    pub(super) fn button(
        &mut self,
        new: usize,
        numbered: &NumberedButton<'_>,
        list: &At<'_>,
    ) -> Option<Value> {
        let (button, at) = (numbered.button, list.index(numbered.component));
        let sub_type = button.sub_type.as_deref().unwrap_or("quick_reply");
        if !is_known(sub_type) {
            return self.unknown_button(button, sub_type, &at);
        }
        let required = [
            ("quick_reply", None),
            ("url", button.url.as_ref()),
            ("phone_number", button.phone_number.as_ref()),
        ];
        let is_incomplete = required
            .iter()
            .any(|(kind, value)| *kind == sub_type && *kind != "quick_reply" && value.is_none());
        if is_incomplete || button.content.is_none() {
            return self.left_out(&at, &format!("a {sub_type} button without its label, URL or number"));
        }
        let mut written = component(&sub_type.to_ascii_uppercase());
        insert(&mut written, "text", button.content.as_ref());
        self.export.losses.unused_variables(&at, button.variables.as_ref(), &[button.url.as_deref()]);
        let other_kind = "A button of this type has no such field; it is omitted.";
        match (sub_type, &button.url) {
            ("url", Some(url)) => self.url(&mut written, new, numbered, url),
            (_, url) => self.export.losses.add_some(&at, "url", url.as_ref(), other_kind),
        }
        match (sub_type, &button.phone_number) {
            ("phone_number", Some(number)) => {
                let number = phones::e164(number, &at.key("phone_number"), self.export.losses);
                written.insert("phone_number".to_owned(), number.into());
            }
            (_, number) => self.export.losses.add_some(&at, "phone_number", number.as_ref(), other_kind),
        }
        let known: [KnownField; 2] = [("app_deep_link", Value::is_object), ("example", Value::is_array)];
        let known = if sub_type == "url" { &known[..] } else { &[] };
        self.kept_fields(&mut written, &button.extra, known, &["app_deep_link"], &at);
        Some(written.into())
    }

    /// Writes a button that an import from Meta kept. Earlier versions stored its fields in the button itself.
    fn unknown_button(&mut self, button: &Button, sub_type: &str, at: &At<'_>) -> Option<Value> {
        let mut written = match foreign::kept(Format::Meta, &button.extra) {
            Some(kept) => kept.clone(),
            None if self.export.kept.is_from() && foreign::keeps_nothing(&button.extra) => {
                let mut old = component(&sub_type.to_ascii_uppercase());
                insert(&mut old, "url", button.url.as_ref());
                insert(&mut old, "phone_number", button.phone_number.as_ref());
                old.extend(button.extra.clone());
                old
            }
            None => return self.left_out(at, &format!("a button of type {sub_type}")),
        };
        insert(&mut written, "text", button.content.as_ref());
        self.export.losses.unchecked(at, "This button", "Meta");
        Some(written.into())
    }

    fn url(&mut self, written: &mut Object, new: usize, numbered: &NumberedButton<'_>, url: &str) {
        let scope = Scope::Button(numbered.number);
        let numbering = self.numbering(scope, Scope::Button(new), url);
        written.insert("url".to_owned(), numbering.provider(scope, url).into());
        let kept = foreign::kept(Format::Meta, &numbered.button.extra);
        if placeholders(url).next().is_some() && !kept.is_some_and(|kept| kept.contains_key("example")) {
            match filled_address(url, |number| self.export.kept.sample(scope, &number.to_string())) {
                Some(sample) => {
                    written.insert("example".to_owned(), json!([sample]));
                }
                None => self.missing(&numbering),
            }
        }
    }
}

fn is_known(sub_type: &str) -> bool {
    matches!(sub_type, "quick_reply" | "url" | "phone_number")
}
