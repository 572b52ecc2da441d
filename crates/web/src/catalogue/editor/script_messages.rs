//! The messages that the script shows (`assets/outbound.js`), which reads them from an attribute of the form.

use serde_json::json;

use crate::text;

/// A JSON object. `{seconds}`, `{reason}` and `{status}` are replaced by the script.
pub(super) fn json() -> String {
    let (reason, seconds, status) = ("{reason}", "{seconds}", "{status}");
    json!({
        "outdated": text::preview_outdated(reason),
        "retrying": text::preview_retrying(reason, seconds),
        "slow": text::server_slow(),
        "busy": text::server_busy(),
        "failed": text::server_failed(),
        "unreachable": text::server_unreachable(),
        "rejected": text::form_rejected(status),
        "loggedOut": text::logged_out_while_editing(),
        "kept": text::unsaved_input_found(),
        "restore": text::restore_input(),
        "discard": text::discard_input(),
    })
    .to_string()
}
