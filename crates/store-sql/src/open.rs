//! Opens a database by its URL.

use outbound_store::StoreError;

use crate::options::{Opened, Options};
use crate::{postgres, sqlite};

/// Connects to `sqlite:FILE` or `postgres://…`.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Opened, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => sqlite::open(url, options).await,
        Some("postgres" | "postgresql") => {
            let main = postgres::open(url, options).await?;
            Ok(Opened { operational: main.clone(), main })
        }
        // The message does not repeat the URL, which may contain a password.
        _ => Err(StoreError::Url("expected sqlite:FILE or postgres://USER@HOST/DATABASE".into())),
    }
}
