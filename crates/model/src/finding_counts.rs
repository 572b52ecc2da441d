//! Number of findings by severity.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

use crate::plural;

/// Number of findings by severity.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
pub struct FindingCounts {
    /// Findings for which the provider rejects the message.
    pub errors: u64,
    /// Findings that should be reviewed but do not prevent publishing.
    pub warnings: u64,
}

impl fmt::Display for FindingCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FindingCounts { errors, warnings } = *self;
        write!(f, "{}, {}", plural(errors, "error", "errors"), plural(warnings, "warning", "warnings"))
    }
}

impl std::ops::AddAssign for FindingCounts {
    fn add_assign(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
    }
}
