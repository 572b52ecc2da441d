//! Maps errors of use cases to statuses, codes and messages.

use std::collections::BTreeMap;

use axum::http::{HeaderName, StatusCode, header};
use outbound_app::{AccessError, AppError, StoreError};
use outbound_auth::{OAuth1Error, TokenError};
use outbound_campaigns::CampaignError;
use outbound_connectors::ConnectorError;
use outbound_reporting::ReportingError;

use super::body::{Details, WrongField};
use super::{ApiError, RETRY_AFTER_5_SECONDS};

const OAUTH: (HeaderName, &str) = (header::WWW_AUTHENTICATE, "OAuth realm=\"outbound\"");
const INVALID_TOKEN: (HeaderName, &str) =
    (header::WWW_AUTHENTICATE, "Bearer realm=\"outbound\", error=\"invalid_token\"");

impl From<ReportingError> for ApiError {
    fn from(error: ReportingError) -> Self {
        AppError::from(error).into()
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Access(rejection) => rejection.into(),
            AppError::Invalid(invalid) => Self::bad_parameter(invalid.to_string()),
            AppError::Reporting(invalid) => Self::bad_parameter(invalid.to_string()),
            AppError::Campaign(error) => campaign_error(&error),
            AppError::Connector(error) => connector_error(&error),
            AppError::UnknownAccount(_)
            | AppError::UnknownClient(_)
            | AppError::UnknownApiKey(_)
            | AppError::UnknownUser(_)
            | AppError::UnknownHandoff(_)
            | AppError::UnknownVersion { .. }
            | AppError::UnknownWebhook(_)
            | AppError::UnknownDelivery { .. }
            | AppError::UnknownJob(_)
            | AppError::UnknownCampaign(_)
            | AppError::UnknownRecipient { .. }
            | AppError::UnknownOptOut
            | AppError::UnknownConnection(_)
            | AppError::UnknownCallback
            | AppError::NotPublished(_) => Self::new(StatusCode::NOT_FOUND, "not_found", error.to_string()),
            AppError::AccountExists(_)
            | AppError::NameTaken(_)
            | AppError::UsernameTaken(_)
            | AppError::AlreadyCreated
            | AppError::WebhookDisabled(_)
            | AppError::JobRunning(_)
            | AppError::QuotaReached(_)
            | AppError::TooManyReportFiles
            | AppError::TooManyWebhooks
            | AppError::TooManyConnections
            | AppError::AddressesDeleted(_)
            | AppError::LastAdministrator(_)
            | AppError::Archived(_)
            | AppError::OwnVersion(_)
            | AppError::ImportPublishes => {
                Self::new(StatusCode::CONFLICT, conflict_code(&error), error.to_string())
            }
            AppError::Stale { .. } | AppError::StaleSettings(_) => {
                Self::new(StatusCode::PRECONDITION_FAILED, "stale", error.to_string())
            }
            AppError::RuleViolations(ref findings) => {
                let details = Details { findings: findings.clone(), ..Details::default() };
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "findings", error.to_string()).detailed(details)
            }
            AppError::NotAHandoff(ref wrong) => no_handoff(&error, wrong.field()),
            AppError::TooManyImports => Self::too_many_imports(),
            AppError::ImportLost => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "import_lost", error.to_string())
                    .with(RETRY_AFTER_5_SECONDS)
            }
            AppError::ImportRejected(ref plan) => import_rejected(&error, &plan.rejections()),
            AppError::HandoffsRejected(ref rejected) => import_rejected(&error, rejected),
            AppError::IdempotencyKeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", error.to_string())
            }
            AppError::ReportTooLarge(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "report_too_large", error.to_string())
            }
            AppError::EventsTooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", error.to_string())
            }
            AppError::Export(_) => {
                let message = "the server cannot store the file now; try again later";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "no_room", message)
                    .with(RETRY_AFTER_5_SECONDS)
                    .because(error)
            }
            AppError::PasswordsBusy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "passwords_busy", error.to_string())
                    .with(RETRY_AFTER_5_SECONDS)
            }
            AppError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", error.to_string())
                .with(RETRY_AFTER_5_SECONDS),
            AppError::Unavailable(cause) => unavailable(cause),
            AppError::Internal(_) | AppError::Sealed(_) => {
                let message = "an internal error occurred; the server log has details under the request id";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message).because(error)
            }
        }
    }
}

fn conflict_code(error: &AppError) -> &'static str {
    match error {
        AppError::QuotaReached(_)
        | AppError::TooManyReportFiles
        | AppError::TooManyWebhooks
        | AppError::TooManyConnections => "quota_reached",
        AppError::LastAdministrator(_) => "last_administrator",
        AppError::Archived(_) => "archived",
        AppError::OwnVersion(_) | AppError::ImportPublishes => "own_version",
        _ => "conflict",
    }
}

fn campaign_error(error: &CampaignError) -> ApiError {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let code = match status {
        StatusCode::CONFLICT => "conflict",
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
        _ => "bad_parameter",
    };
    ApiError::new(status, code, error.to_string())
}

fn connector_error(error: &ConnectorError) -> ApiError {
    let (status, code) = match error {
        ConnectorError::Signature | ConnectorError::CallbackTime { .. } => {
            (StatusCode::FORBIDDEN, "forbidden")
        }
        ConnectorError::CallbackTooLong { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
        ConnectorError::NotACallback { .. } => (StatusCode::BAD_REQUEST, "bad_body"),
        _ => (StatusCode::BAD_REQUEST, "bad_parameter"),
    };
    ApiError::new(status, code, error.to_string())
}

fn no_handoff(error: &AppError, wrong: Option<(&str, &str)>) -> ApiError {
    let field = |(pointer, message): (&str, &str)| WrongField {
        pointer: pointer.to_owned(),
        message: message.to_owned(),
    };
    let details = Details { fields: wrong.map(field).into_iter().collect(), ..Details::default() };
    ApiError::new(StatusCode::BAD_REQUEST, "bad_handoff", error.to_string()).detailed(details)
}

fn unavailable(cause: StoreError) -> ApiError {
    let code = match &cause {
        StoreError::Busy(_) => "database_busy",
        _ => "database_unavailable",
    };
    let message = match &cause {
        StoreError::Busy(_) => cause.to_string(),
        _ => format!("{cause}; try again later"),
    };
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code, message).with(RETRY_AFTER_5_SECONDS).because(cause)
}

/// Lists each rejected handoff as an invalid field, by its index in the request.
fn import_rejected(error: &AppError, rejected: &BTreeMap<usize, String>) -> ApiError {
    let field = |(index, reason): (&usize, &String)| WrongField {
        pointer: format!("/{index}"),
        message: reason.clone(),
    };
    let details = Details { fields: rejected.iter().map(field).collect(), ..Details::default() };
    ApiError::new(StatusCode::CONFLICT, "conflict", error.to_string()).detailed(details)
}

impl From<AccessError> for ApiError {
    fn from(rejection: AccessError) -> Self {
        let message = rejection.to_string();
        match rejection {
            AccessError::Token(TokenError::Expired) => {
                Self::new(StatusCode::UNAUTHORIZED, "token_expired", message).with(INVALID_TOKEN)
            }
            AccessError::Token(_) => {
                Self::new(StatusCode::UNAUTHORIZED, "invalid_token", message).with(INVALID_TOKEN)
            }
            AccessError::SessionOver => {
                Self::new(StatusCode::UNAUTHORIZED, "session_over", message).with(INVALID_TOKEN)
            }
            AccessError::Revoked => {
                Self::new(StatusCode::UNAUTHORIZED, "credential_revoked", message).with(INVALID_TOKEN)
            }
            AccessError::OAuth1(rejected) => {
                Self::new(StatusCode::UNAUTHORIZED, oauth1_code(rejected), message).with(OAUTH)
            }
            AccessError::RevokedApiKey => {
                Self::new(StatusCode::UNAUTHORIZED, "credential_revoked", message).with(OAUTH)
            }
            AccessError::OtherAccount => Self::new(StatusCode::FORBIDDEN, "other_account", message),
            AccessError::NoRight => Self::new(StatusCode::FORBIDDEN, "no_right", message),
        }
    }
}

fn oauth1_code(rejected: OAuth1Error) -> &'static str {
    match rejected {
        OAuth1Error::SignatureMethod => "unsupported_signature_method",
        OAuth1Error::TimestampOutOfWindow => "timestamp_out_of_window",
        OAuth1Error::Signature => "invalid_signature",
        OAuth1Error::NonceUsed => "nonce_used",
        OAuth1Error::TooLong
        | OAuth1Error::Malformed
        | OAuth1Error::Missing(_)
        | OAuth1Error::Doubled
        | OAuth1Error::InQuery
        | OAuth1Error::Version => "invalid_oauth_header",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    #[test]
    fn a_full_password_queue_sends_retry_after() {
        let error = ApiError::from(AppError::PasswordsBusy);
        let response = error.clone().into_response();
        let rendered = super::super::finish(response, &error, &axum::response::Response::default());
        assert_eq!(
            (rendered.status(), &rendered.headers()["retry-after"]),
            (StatusCode::SERVICE_UNAVAILABLE, &"5".parse().unwrap())
        );
    }
}
