//! Receives the body of an import. A long body is written to a temporary file, so that a slow client occupies neither
//! memory nor the account's turn to import.

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

/// A file that is read more than once.
pub(crate) trait ImportSource: Read + Seek + Send {}

impl<T: Read + Seek + Send> ImportSource for T {}

/// A received body.
pub(crate) enum ImportUpload {
    /// A body within the limit of other requests, in memory.
    Short(Bytes),
    /// An unnamed temporary file, and the account's permit for a large upload.
    Long { file: File, permit: Permit<AccountId> },
}

impl<S: Sync + Send> FromRequest<S> for ImportUpload {
    type Rejection = ApiError;

    /// Must be extracted after the credential, because uploads are limited by account.
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let account = caller.account().ok_or_else(ApiError::internal)?;
        check_type(&parts.headers)?;
        if body.size_hint().upper().is_some_and(|bytes| bytes <= caller.edge().limits().body_bytes) {
            return read_body(body).await.map(Self::Short);
        }
        let permit = caller.edge().reserve_upload(account)?;
        Ok(Self::Long { file: write_to_file(body).await?, permit })
    }
}

impl ImportUpload {
    /// Returns the file, which must be read on a thread that may block, and the account's permit.
    pub(crate) fn into_source(self) -> (Box<dyn ImportSource>, Option<Permit<AccountId>>) {
        match self {
            Self::Short(bytes) => (Box::new(Cursor::new(bytes)), None),
            Self::Long { file, permit } => (Box::new(file), Some(permit)),
        }
    }
}

async fn write_to_file(body: Body) -> Result<File, ApiError> {
    let created = spawn_blocking(tempfile::tempfile).await.map_err(|_| ApiError::internal())?;
    let mut file = tokio::fs::File::from_std(created.map_err(ApiError::temporary_file)?);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.try_next().await.map_err(|_| incomplete_body())? {
        file.write_all(&chunk).await.map_err(ApiError::temporary_file)?;
    }
    file.flush().await.map_err(ApiError::temporary_file)?;
    Ok(file.into_std().await)
}
