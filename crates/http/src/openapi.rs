//! The OpenAPI 3.1 document, put together from the handlers; `openapi.json` in the repository is
//! this, and a test compares them.

mod answers;
mod schemas;

use outbound_model::{Handoff, channel_element, examples, from_json_str};
use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
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
    components(schemas(ErrorBody)),
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
        // OpenAPI has no type for OAuth 1.0, and tools know no HTTP scheme but Basic and Bearer.
        let oauth1 = ApiKeyValue::with_description(
            "Authorization",
            "OAuth 1.0 (RFC 5849): the request signed with an API key, by HMAC-SHA1 or HMAC-SHA256. The value \
             is `OAuth oauth_consumer_key=\"…\", oauth_signature=\"…\", …`.",
        );
        let le_bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("64 hexadecimal digits")
            .description(Some("An LE Bearer from login, of an administrator, campaign manager or LPA."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("app_jwt", SecurityScheme::Http(app_jwt));
        components.add_security_scheme("oauth1", SecurityScheme::ApiKey(ApiKey::Header(oauth1)));
        components.add_security_scheme("le_bearer", SecurityScheme::Http(le_bearer));
    }
}

/// The whole document.
pub fn document() -> Value {
    let (_, routes) = crate::router::documented().split_for_parts();
    let mut document = Base::openapi();
    document.merge(routes);
    let mut document = serde_json::to_value(document).unwrap_or_default();
    answers::complete(&mut document);
    schemas::complete(&mut document);
    document
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    paths.filter_map(Value::as_object).flat_map(|path| path.values())
}

fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    paths.filter_map(Value::as_object_mut).flat_map(|path| path.values_mut())
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
    BadRequest(ErrorBody),
    /// No credential, or a bad one
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// The credential is of another account, or lacks the right
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// There is no such app
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// `Accept` excludes JSON
    #[response(status = 406)]
    NotAcceptable(ErrorBody),
    /// The account has spent its budget of requests; `Retry-After` says when to go on
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The database is away, or the answer took too long
    #[response(status = 503)]
    Unavailable(ErrorBody),
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
