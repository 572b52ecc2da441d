//! A posted form, decoded and with limits on its size.
//!
//! The name of a field is the JSON pointer of its value. Names with `@` have a special meaning: `@` and the pointer of a
//! channel or component has its index in the stored handoff, or the type of a new one; `@end` is the last field, without
//! which the form is incomplete.

use std::collections::BTreeMap;

use crate::text;

/// The maximum number of fields of a form.
pub(crate) const MAX_FIELDS: usize = 4000;
/// The maximum number of channels of a handoff in the editor.
pub(crate) const MAX_CHANNELS: usize = 20;
/// The maximum number of components of a channel in the editor.
pub(crate) const MAX_COMPONENTS: usize = 100;
/// In bytes.
const MAX_NAME_LENGTH: usize = 200;
/// The last field of the form.
pub(crate) const END: &str = "@end";

/// The field with the pointers of empty fields that the user has visited, separated by spaces. Only the script sets
/// it.
pub(crate) const LEFT: &str = "left";

/// A form that cannot be read. The message is a sentence for the user.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FormError {
    /// It exceeds a limit of the editor.
    #[error("{}", text::form_too_large(MAX_CHANNELS, MAX_COMPONENTS, MAX_FIELDS))]
    TooLarge,
    /// A field is missing, for example because the connection was closed.
    #[error("{}", text::form_incomplete())]
    Incomplete,
    /// A field that the editor does not have.
    #[error("{}", text::form_unknown_field(.0.as_str()))]
    Unknown(String),
    /// A duplicate field.
    #[error("{}", text::form_duplicate_field(.0.as_str()))]
    Twice(String),
    /// The stored handoff has no channel or component at an index in the form.
    #[error("{}", text::form_for_other_version())]
    OtherVersion,
    /// The stored handoff cannot be written as JSON. Handoffs that were read from JSON always can.
    #[error("{}", text::form_unavailable())]
    Unwritable,
}

/// The fields of a posted form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Fields of the handoff and those with `@`, by name.
    fields: BTreeMap<String, String>,
    /// All other fields, such as token, version and operation.
    others: BTreeMap<String, String>,
}

impl Form {
    /// Decodes the body of a posted form.
    ///
    /// ```
    /// let form = outbound_web::catalogue::editor::Form::read(b"csrf=a&%2Fname=Greeting&%40end=1")?;
    /// assert_eq!(form.other("csrf"), Some("a"));
    /// # Ok::<(), outbound_web::catalogue::editor::FormError>(())
    /// ```
    pub fn read(body: &[u8]) -> Result<Self, FormError> {
        let mut form = Form::default();
        for (count, (name, value)) in form_urlencoded::parse(body).enumerate() {
            if count >= MAX_FIELDS {
                return Err(FormError::TooLarge);
            }
            if name.len() > MAX_NAME_LENGTH {
                return Err(FormError::Unknown(name.chars().take(40).collect()));
            }
            let is_handoff_field = name.starts_with(['/', '@']);
            let fields = if is_handoff_field { &mut form.fields } else { &mut form.others };
            if fields.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(FormError::Twice(name.into_owned()));
            }
        }
        if form.fields.contains_key(END) { Ok(form) } else { Err(FormError::Incomplete) }
    }

    /// A field that does not belong to the handoff, such as the CSRF token.
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others.get(name).map(String::as_str)
    }

    /// The value of the field with this pointer.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The `@` field of a channel or component.
    pub(crate) fn part(&self, pointer: &str) -> Option<&str> {
        self.get(&format!("@{pointer}"))
    }

    /// The number of `@` fields of channels and components.
    pub(crate) fn parts(&self) -> usize {
        self.fields.range("@/".to_owned().."@0".to_owned()).count()
    }

    /// The fields whose names begin with `pointer`, with the rest of their names.
    pub(crate) fn below<'f>(&'f self, pointer: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        let all = self.fields.range(pointer.to_owned()..);
        all.map_while(move |(name, value)| Some((name.strip_prefix(pointer)?, value.as_str())))
    }
}
