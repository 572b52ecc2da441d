//! The fields of a form or query string, in the order in which they were sent.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use maud::{Markup, html};

use crate::error::PageError;

/// More fields than any form of the tool has.
const MAX_FIELDS: usize = 10_000;

/// Decoded names and values. As an extractor: the fields of the query string.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// Decodes a form (`application/x-www-form-urlencoded`). Fields beyond the ten thousandth are ignored.
    pub fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().take(MAX_FIELDS).collect())
    }

    /// The first value of this name, or an empty string.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The first value of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of this name.
    pub fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A copy without the fields of this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    /// A copy with this field in place of all fields of its name.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut fields = self.without(name);
        fields.0.push((name.to_owned(), value.to_owned()));
        fields
    }

    /// Encodes the fields as a form does.
    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.iter()).finish()
    }

    /// A link to `path` with the fields that are not empty as its query string.
    pub fn href(&self, path: &str) -> String {
        let filled = Self(self.0.iter().filter(|(_, value)| !value.is_empty()).cloned().collect());
        if filled.0.is_empty() { path.to_owned() } else { format!("{path}?{}", filled.encoded()) }
    }

    /// Hidden inputs with the fields.
    pub fn hidden(&self) -> Markup {
        html! { @for (name, value) in self.iter() { input type="hidden" name=(name) value=(value); } }
    }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_omit_empty_fields() {
        let fields = Fields::parse(b"q=a%26b&state=&q=c");
        assert_eq!(fields.href("/handoffs"), "/handoffs?q=a%26b&q=c");
        assert_eq!(fields.with("q", "").href("/handoffs"), "/handoffs");
        assert_eq!(Fields::parse(fields.encoded().as_bytes()), fields);
    }

    #[test]
    fn hidden_inputs_are_escaped() {
        let hidden = Fields::parse(b"a=%22%3E%3Cscript%3E").hidden().into_string();
        assert!(hidden.contains("&quot;&gt;&lt;script&gt;"), "{hidden}");
    }
}
