//! What simulations of campaigns do not need.

mod credentials;
mod jobs;
mod report_files;
mod sessions;
mod webhooks;

use outbound_store::StoreError;

/// Readers of what is missing.
struct Missing;

/// The result of every call of what is missing.
pub(crate) fn missing<T>() -> Result<T, StoreError> {
    Err(StoreError::Engine("the store in memory contains campaigns and reports only".into()))
}
