//! Schemas of imports for the OpenAPI document, for types of crates that do not depend on utoipa.

#![expect(dead_code, reason = "used only for the OpenAPI document")]

use utoipa::ToSchema;

/// Whether an import is applied.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum ImportMode {
    /// Only return what would happen to each handoff.
    Plan,
    /// Apply the import.
    Apply,
}

/// The format of a file with handoffs.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum ImportFormat {
    /// The format of the configuration API.
    LivePerson,
    /// Meta's message templates.
    Meta,
    /// Contents of Twilio's Content API.
    Twilio,
    /// Messages of Google's RCS for Business.
    Rbm,
}

/// What an import does with a handoff.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum ImportAction {
    /// The handoff is created.
    Create,
    /// The handoff gets a new version.
    Change,
    /// The handoff already exists unchanged.
    Same,
    /// The handoff cannot be imported.
    Reject,
}

/// The state of the newest version of an imported handoff.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum ImportState {
    /// It is published.
    Published,
    /// It is not published, but an older version may be.
    Draft,
}

/// A detail of the file that a handoff cannot represent.
#[derive(ToSchema)]
pub(super) struct ImportLoss {
    /// JSON pointer (RFC 6901) into the element of the file.
    pointer: String,
    /// A description of the loss.
    sentence: String,
    /// The line in the file.
    #[schema(minimum = 1)]
    line: Option<u64>,
    /// The column in the line.
    #[schema(minimum = 1)]
    column: Option<u64>,
}

/// A placeholder that was renamed.
#[derive(ToSchema)]
pub(super) struct ImportMapping {
    /// The index of the channel in the handoff, starting at 0.
    channel: u64,
    /// The name in the file.
    from: String,
    /// The name in the handoff.
    to: String,
}
