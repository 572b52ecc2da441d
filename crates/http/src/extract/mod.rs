//! Extractors of handlers. A handler with `Authorized<R>` in its signature is only called if the caller has the right
//! `R`.

pub(crate) mod body;
pub(crate) mod content_negotiation;
pub(crate) mod credential;
pub(crate) mod object;
pub(crate) mod paging;
pub(crate) mod path;
pub(crate) mod preconditions;
pub(crate) mod query;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use outbound_app::{AccessError, App, AppError, Grant, Right};
use outbound_model::{AccountId, ChannelType};

use self::credential::credential;
use crate::edge::Caller;
use crate::error::ApiError;

/// The only app of the configuration API (contract §3.1).
const APP: &str = "prmsg";

/// The proof that the caller has the right `R` in the account of the path.
pub(crate) struct Authorized<R>(pub(crate) Grant<R>);

impl<R: Right + Send> FromRequestParts<App> for Authorized<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let credential = credential(parts)?;
        let account = PathAccount::from_request_parts(parts, app).await;
        let path_account = account.as_ref().ok().and_then(|account| account.0.as_ref());
        let verified = app.verify(path_account, &credential).await;
        // An unreadable path is only reported to callers with a valid credential.
        if matches!(verified, Err(AppError::Access(AccessError::OtherAccount))) {
            account?;
        }
        let pending = verified?;
        let (owner, caller) = (pending.account().clone(), Caller::from_request_parts(parts, app).await?);
        // A request over the budget must not use its nonce, and the charge of one whose nonce was used is refunded.
        let reservation = caller.reserve(&owner, app.requests_per_second(&owner))?;
        let grant = app.accept(pending).await?;
        reservation.keep()?;
        Ok(Self(grant))
    }
}

/// Checks that the path names an existing app.
pub(crate) struct ValidApp;

impl FromRequestParts<App> for ValidApp {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let is_app = parameter(parts, "app", |app| app == APP).await?;
        if is_app { Ok(Self) } else { Err(ApiError::unknown_app(APP)) }
    }
}

/// The channel in the path.
pub(crate) struct PathChannel(pub(crate) ChannelType);

impl FromRequestParts<App> for PathChannel {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let channel = parameter(parts, "channel", str::parse).await?;
        channel.map(Self).map_err(|e| ApiError::unknown_channel(format!("{e}")))
    }
}

/// The account id in the path. The account may not exist; 404 if the id is not valid.
pub(crate) struct ValidAccount(pub(crate) AccountId);

impl<S: Sync> FromRequestParts<S> for ValidAccount {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let account = parameter(parts, "accountId", str::parse).await?;
        account.map(Self).map_err(|_| ApiError::unknown_account())
    }
}

/// The account id in the path, or `None` if it is not valid. For handlers that check the caller first.
pub(crate) struct PathAccount(pub(crate) Option<AccountId>);

impl FromRequestParts<App> for PathAccount {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        Ok(Self(parameter(parts, "accountId", str::parse).await?.ok()))
    }
}

/// Reads a parameter of the path.
pub(crate) async fn parameter<T>(
    parts: &mut Parts,
    name: &str,
    read: impl FnOnce(&str) -> T,
) -> Result<T, ApiError> {
    let bad = || ApiError::bad_parameter("the path is not valid UTF-8");
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| bad())?;
    params.iter().find(|(found, _)| *found == name).map(|(_, value)| read(value)).ok_or_else(bad)
}
