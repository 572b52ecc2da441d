//! Query parameters of the management API. Each parameter of an operation may appear once; unknown parameters are
//! ignored, as in the rest of the API.

use std::collections::HashMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use outbound_model::Invalid;

use crate::error::ApiError;

/// The default page size of lists.
const DEFAULT_LIMIT: u32 = 30;
/// The maximum page size of lists.
const MAX_LIMIT: u32 = 100;

/// Query parameters by name. Empty values are treated as missing, because HTML forms send them.
pub(crate) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Parses the parameters `known` of a raw query.
    pub(crate) fn parse(query: &str, known: &[&str]) -> Result<Self, ApiError> {
        let mut found = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let is_known = known.contains(&&*name);
            if is_known && found.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(ApiError::bad_parameter(format!("{name} is given twice")));
            }
        }
        found.retain(|_, value| !value.is_empty());
        Ok(Self(found))
    }

    /// Parses the parameters `known` of a request.
    pub(crate) fn of(parts: &Parts, known: &[&str]) -> Result<Self, ApiError> {
        Self::parse(parts.uri.query().unwrap_or_default(), known)
    }

    /// Returns the value of a parameter as a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the parsed value of a parameter.
    pub(crate) fn value<T: std::str::FromStr<Err = Invalid>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, ApiError> {
        let wrong = |error: Invalid| ApiError::bad_parameter(format!("{name}: {error}"));
        self.text(name).map(str::parse).transpose().map_err(wrong)
    }

    /// Returns whether a parameter is `true`.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::bad_parameter(format!("{name} must be true or false"))),
        }
    }

    /// Returns the page size.
    pub(crate) fn limit(&self) -> Result<u32, ApiError> {
        let Some(text) = self.text("limit") else { return Ok(DEFAULT_LIMIT) };
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let limit = if digits { text.parse().ok() } else { None };
        limit.filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(|| {
            ApiError::bad_parameter(format!("limit must be a whole number from 1 to {MAX_LIMIT}"))
        })
    }
}

/// The parameter `note`: the author's reason for saving a version.
pub(crate) struct Note(pub(crate) Option<String>);

impl<S: Sync> FromRequestParts<S> for Note {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(Parameters::of(parts, &["note"])?.text("note").map(str::to_owned)))
    }
}

/// The parameter `dry_run`: check the request, but change nothing.
pub(crate) struct DryRun(pub(crate) bool);

impl<S: Sync> FromRequestParts<S> for DryRun {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(Parameters::of(parts, &["dry_run"])?.flag("dry_run")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_values_are_rejected_and_unknown_parameters_ignored() {
        let read = |query: &str| {
            let parameters = Parameters::parse(query, &["limit", "errors"])?;
            Ok::<_, ApiError>((parameters.limit()?, parameters.flag("errors")?))
        };
        for (query, expected) in [
            ("", Some((30, false))),
            ("limit=&errors=", Some((30, false))),
            ("limit=100&errors=true&x=1&x=2", Some((100, true))),
            ("limit=1&errors=false", Some((1, false))),
            ("limit=0", None),
            ("limit=101", None),
            ("limit=%2B5", None),
            ("limit=5&limit=5", None),
            ("errors=1", None),
        ] {
            assert_eq!(read(query).ok(), expected, "{query}");
        }
    }
}
