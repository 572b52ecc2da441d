//! Short strings that come from outside: ids, skills, error codes.

use std::fmt;

use serde::Serialize;

use crate::error::ReportingError;

/// The maximum length in characters, except for skills.
pub(crate) const MAX_CHARACTERS: usize = 128;
/// The maximum length of the name of a skill, in characters (contract §6.1).
const MAX_SKILL_CHARACTERS: usize = 255;

/// A string of 1 to 128 characters without control characters; names of skills have up to 255.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, utoipa::ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 255)]
pub struct Text(String);

impl Text {
    /// Checks `text`, the value of `field`: of an event or a request, or the name of a stored column.
    pub fn new(field: &'static str, text: String) -> Result<Self, ReportingError> {
        let maximum = match field {
            "skill" | "skills" | "initialSkill" => MAX_SKILL_CHARACTERS,
            _ => MAX_CHARACTERS,
        };
        let short = text.chars().nth(maximum).is_none();
        if text.is_empty() || !short || text.chars().any(char::is_control) {
            return Err(ReportingError::Text { field, maximum });
        }
        Ok(Self(text))
    }

    /// The text as an owned string.
    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
