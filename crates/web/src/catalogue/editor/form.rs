//! A posted form, read and bounded before anybody looks into it.
//!
//! A field's name is the JSON pointer of its value. Two kinds of name are the form's own: `@` and a
//! pointer stands for a channel or component, with the place in the stored handoff that it comes from
//! or the type of a new one; `@end` is the last field, without which the form did not arrive whole.

use std::collections::BTreeMap;

/// Fields of a form, all in all.
pub(crate) const MAX_FIELDS: usize = 4000;
/// Channels of a handoff that can be edited in a form.
pub(crate) const MAX_CHANNELS: usize = 20;
/// Components of a channel that can be edited in a form.
pub(crate) const MAX_COMPONENTS: usize = 100;
/// Bytes of a field's name.
const MAX_NAME_LENGTH: usize = 200;
/// The form's last field.
pub(crate) const END: &str = "@end";

/// The page's field with the pointers of the empty fields that somebody was in and left, with blanks
/// between them. Only the script fills it.
pub(crate) const LEFT: &str = "left";

/// A form that cannot be read, as a sentence for the person who sent it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FormError {
    /// More than the editor takes.
    #[error(
        "The form has more than {MAX_FIELDS} fields, {MAX_CHANNELS} channels or {MAX_COMPONENTS} components a channel: edit such a handoff as a file."
    )]
    TooLarge,
    /// A part is missing, as of a form whose sending was broken off.
    #[error("The form did not arrive whole. Nothing was changed: send it again.")]
    Incomplete,
    /// A field that no form of ours has.
    #[error("The form has a field that is not ours: '{0}'.")]
    Unknown(String),
    /// One field twice.
    #[error("The form has the field '{0}' twice.")]
    Twice(String),
    /// A channel or component comes from a place where the stored handoff has none.
    #[error("The handoff was changed meanwhile: the form is for another version of it.")]
    OtherVersion,
    /// The stored handoff cannot be written as JSON, which no handoff that was read does.
    #[error("This handoff cannot be shown as a form.")]
    Unwritable,
}

/// The fields of a posted form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// By name: those of the handoff, and the form's own.
    fields: BTreeMap<String, String>,
    /// All others, which are the page's: token, version, operation.
    others: BTreeMap<String, String>,
}

impl Form {
    /// Reads the body of a posted form.
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
            let is_ours = name.starts_with(['/', '@']);
            let fields = if is_ours { &mut form.fields } else { &mut form.others };
            if fields.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(FormError::Twice(name.into_owned()));
            }
        }
        if form.fields.contains_key(END) { Ok(form) } else { Err(FormError::Incomplete) }
    }

    /// A field of the page, such as the session's token.
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others.get(name).map(String::as_str)
    }

    /// The value of the field with this pointer.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The field that stands for a channel or component.
    pub(crate) fn part(&self, pointer: &str) -> Option<&str> {
        self.get(&format!("@{pointer}"))
    }

    /// How many fields stand for channels and components.
    pub(crate) fn parts(&self) -> usize {
        self.fields.range("@/".to_owned().."@0".to_owned()).count()
    }

    /// The fields below a pointer, with the rest of their names.
    pub(crate) fn below<'f>(&'f self, pointer: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        let all = self.fields.range(pointer.to_owned()..);
        all.map_while(move |(name, value)| Some((name.strip_prefix(pointer)?, value.as_str())))
    }
}
