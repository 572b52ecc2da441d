//! What an import says and answers, for the OpenAPI file where the types are of a crate that does not
//! know it.

#![expect(dead_code, reason = "only describes")]

use utoipa::ToSchema;

/// Whether an import is done.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum ImportMode {
    /// Only say what would become of each handoff.
    Plan,
    /// Do it.
    Apply,
}

/// The format of a text with handoffs.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum ImportFormat {
    /// As the configuration API answers them.
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
    /// It is new.
    Create,
    /// It gets a new version.
    Change,
    /// It is there just so.
    Same,
    /// It cannot be imported.
    Refuse,
}

/// Where the newest version of an imported handoff stands.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum ImportState {
    /// It is served.
    Published,
    /// It is not served; a version before it may be.
    Draft,
}

/// Something in the text that a handoff cannot hold.
#[derive(ToSchema)]
pub(super) struct ImportLoss {
    /// JSON pointer (RFC 6901) to it in the element of the text.
    pointer: String,
    /// What is lost.
    sentence: String,
    /// The line of the text where it stands.
    #[schema(minimum = 1)]
    line: Option<u64>,
    /// The column.
    #[schema(minimum = 1)]
    column: Option<u64>,
}

/// A placeholder that has another name now.
#[derive(ToSchema)]
pub(super) struct ImportMapping {
    /// The place of the channel in the handoff, from 0.
    channel: u64,
    /// The name in the text.
    from: String,
    /// The name in the handoff.
    to: String,
}
