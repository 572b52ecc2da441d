//! Generates the OpenAPI 3.1 document from the handlers. `openapi.json` in the repository is a copy, and a test
//! compares the two.

mod messages;
mod responses;
mod schemas;

use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::error::ErrorBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Outbound",
        description = "Outbound message configurations (handoffs) of a brand, \
            served over LivePerson's Outbound Configuration API.",
        license(name = "Apache-2.0"),
    ),
    components(schemas(ErrorBody, messages::ChangeMessage, messages::PingMessage)),
    modifiers(&SecuritySchemes),
)]
struct Base;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let app_jwt = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An AppJWT from the token endpoint. The word Bearer is optional."))
            .build();
        // OpenAPI has no type for OAuth 1.0, and tools support only the HTTP schemes Basic and Bearer.
        let oauth1 = ApiKeyValue::with_description(
            "Authorization",
            "OAuth 1.0 (RFC 5849): the request is signed with an API key, using HMAC-SHA1 or HMAC-SHA256. The value \
             is `OAuth oauth_consumer_key=\"…\", oauth_signature=\"…\", …`.",
        );
        let le_bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("64 hexadecimal digits")
            .description(Some("An LE Bearer from the login of an administrator, campaign manager or LPA."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("app_jwt", SecurityScheme::Http(app_jwt));
        components.add_security_scheme("oauth1", SecurityScheme::ApiKey(ApiKey::Header(oauth1)));
        components.add_security_scheme("le_bearer", SecurityScheme::Http(le_bearer));
    }
}

/// Returns the complete document.
pub fn document() -> Value {
    let mut document = Base::openapi();
    document.merge(crate::routes::documented().document);
    let mut document = serde_json::to_value(document).unwrap_or_default();
    responses::complete(&mut document);
    messages::complete(&mut document);
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
