//! The text of an import as it arrives. A long one goes to a temporary file, so a slow client holds neither
//! memory nor a turn that others wait for.

use std::fs::File;
use std::io::{Cursor, Read, Seek};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use futures::TryStreamExt;
use outbound_fair_queue::Permit;
use outbound_model::AccountId;
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

use crate::edge::Caller;
use crate::error::ApiError;
use crate::extract::body::{check_type, incomplete_body, read_body};

/// A text that is read more than once.
pub(crate) trait ImportSource: Read + Seek + Send {}

impl<T: Read + Seek + Send> ImportSource for T {}

/// A body that has arrived.
pub(crate) enum ImportUpload {
    /// No longer than the body of any other request.
    Short(Bytes),
    /// A file without a name, and the account's place among the long uploads.
    Long { file: File, place: Permit<AccountId> },
}

impl<S: Sync + Send> FromRequest<S> for ImportUpload {
    type Rejection = ApiError;

    /// To be extracted after the credential, whose account it counts for.
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let account = caller.account().ok_or_else(ApiError::internal)?;
        check_type(&parts.headers)?;
        if body.size_hint().upper().is_some_and(|bytes| bytes <= caller.edge().limits().body_bytes) {
            return read_body(body).await.map(Self::Short);
        }
        let place = caller.edge().upload_place(account)?;
        Ok(Self::Long { file: to_file(body).await?, place })
    }
}

impl ImportUpload {
    /// The text, to be read by a thread that may wait for a file, and the account's place.
    pub(crate) fn into_text(self) -> (Box<dyn ImportSource>, Option<Permit<AccountId>>) {
        match self {
            Self::Short(bytes) => (Box::new(Cursor::new(bytes)), None),
            Self::Long { file, place } => (Box::new(file), Some(place)),
        }
    }
}

async fn to_file(body: Body) -> Result<File, ApiError> {
    let made = spawn_blocking(tempfile::tempfile).await.map_err(|_| ApiError::internal())?;
    let mut file = tokio::fs::File::from_std(made.map_err(ApiError::temporary_file)?);
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.try_next().await.map_err(|_| incomplete_body())? {
        file.write_all(&piece).await.map_err(ApiError::temporary_file)?;
    }
    file.flush().await.map_err(ApiError::temporary_file)?;
    Ok(file.into_std().await)
}
