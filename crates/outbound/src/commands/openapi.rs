//! `outbound openapi`.

use crate::error::CliError;
use crate::output::print;

pub(super) fn run() -> Result<(), CliError> {
    print(serde_json::to_string_pretty(&outbound_http::openapi_document())?)
}
