//! The OpenAPI 3.1 document, put together from the handlers; `openapi.json` in the repository is
//! this, and a test compares them.

use outbound_model::{Channel, Handoff, channel_element, examples, from_json_str};
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};

use crate::error::ErrorBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Outbound",
        description = "Every outbound message configuration of a brand (handoffs), \
            over LivePerson's Outbound Configuration API.",
        license(name = "Apache-2.0"),
    ),
    components(schemas(Handoff, Channel, ErrorBody)),
    modifiers(&SecuritySchemes),
)]
struct Base;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let app_jwt = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An AppJWT from the token endpoint; the word Bearer may be left out."))
            .build();
        let oauth1 = HttpBuilder::new()
            .scheme(HttpAuthScheme::OAuth)
            .description(Some(
                "OAuth 1.0 (RFC 5849): the request signed with an API key, by HMAC-SHA1 or HMAC-SHA256.",
            ))
            .build();
        let le_bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("64 hexadecimal digits")
            .description(Some("An LE Bearer from login, of an administrator, campaign manager or LPA."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("app_jwt", SecurityScheme::Http(app_jwt));
        components.add_security_scheme("oauth1", SecurityScheme::Http(oauth1));
        components.add_security_scheme("le_bearer", SecurityScheme::Http(le_bearer));
    }
}

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, routes) = crate::router::documented().split_for_parts();
    let mut document = Base::openapi();
    document.merge(routes);
    document
}

/// Everything but 200 that a list endpoint answers.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only describes")]
pub(crate) enum ListAnswer {
    /// The client has this page already (`If-None-Match`)
    #[response(status = 304)]
    NotModified,
    /// A parameter is missing or wrong, or the channel is unknown
    #[response(status = 400)]
    BadRequest(#[to_schema] ErrorBody),
    /// No credential, or a bad one
    #[response(status = 401)]
    Unauthorized(#[to_schema] ErrorBody),
    /// The credential is of another account, or lacks the right
    #[response(status = 403)]
    Forbidden(#[to_schema] ErrorBody),
    /// There is no such app
    #[response(status = 404)]
    NotFound(#[to_schema] ErrorBody),
    /// `Accept` excludes JSON
    #[response(status = 406)]
    NotAcceptable(#[to_schema] ErrorBody),
    /// The account has spent its budget of requests; `Retry-After` says when to go on
    #[response(status = 429)]
    TooManyRequests(#[to_schema] ErrorBody),
    /// The database is away, or the answer took too long
    #[response(status = 503)]
    Unavailable(#[to_schema] ErrorBody),
}

/// The documented handoffs.
pub(crate) fn list_example() -> Value {
    serde_json::from_str(examples::HANDOFFS).unwrap_or_default()
}

/// What the by-channel endpoint answers for the documented SMS.
pub(crate) fn by_channel_example() -> Value {
    let handoffs: Vec<Handoff> = from_json_str(examples::HANDOFFS).unwrap_or_default();
    let elements = handoffs.iter().take(1).flat_map(|handoff| {
        handoff.channels.iter().filter_map(|channel| channel_element(handoff, channel).ok())
    });
    elements.map(Value::Object).collect()
}
