//! Parses the `Authorization` header and detects the kind of credential.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header;
use axum::http::request::Parts;
use outbound_app::Credential;
use outbound_auth::{OAuth1Request, Secret};

use crate::error::ApiError;

/// The caller's credential, for event streams, which check it again while they are open.
pub(crate) struct CallerCredential(pub(crate) Credential);

impl<S: Sync> FromRequestParts<S> for CallerCredential {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        credential(parts).map(Self)
    }
}

/// Returns the credential of a request, which must have exactly one `Authorization` header.
pub(crate) fn credential(parts: &Parts) -> Result<Credential, ApiError> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(ApiError::missing_credential());
    };
    let text = value.to_str().map_err(|_| ApiError::missing_credential())?.trim();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(bearer(token.trim())),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("oauth") => Ok(signed(text, parts)),
        // Some of the vendor's own clients omit the scheme (contract §2.1).
        None if !text.is_empty() => Ok(bearer(text)),
        _ => Err(ApiError::missing_credential()),
    }
}

/// Returns an OAuth 1.0 credential with the request target that the client signed, before a trailing slash was removed.
fn signed(authorization: &str, parts: &Parts) -> Credential {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    Credential::OAuth1(OAuth1Request {
        authorization: authorization.to_owned(),
        method: parts.method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
    })
}

fn bearer(token: &str) -> Credential {
    // An AppJWT has three parts separated by dots; an LE Bearer has 64 hexadecimal digits.
    if token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()) {
        Credential::LeBearer(Secret::new(token))
    } else {
        Credential::AppJwt(token.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    const BEARER: &str = "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef";

    /// Describes the credential that is parsed from these `Authorization` headers.
    fn describe(headers: &[&str]) -> String {
        let (mut parts, ()) = Request::get("/a%20b/?x=+y").body(()).unwrap().into_parts();
        for header in headers {
            parts.headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(header.as_bytes()).unwrap());
        }
        match credential(&parts) {
            Ok(Credential::AppJwt(token)) => format!("AppJWT {token}"),
            Ok(Credential::LeBearer(bearer)) => format!("LE Bearer {}", bearer.expose()),
            Ok(Credential::OAuth1(OAuth1Request { authorization, method, path, query })) => {
                format!("OAuth 1.0 {authorization} {method} {path} {query}")
            }
            Err(error) => error.code().to_owned(),
        }
    }

    #[test]
    fn the_kind_of_credential_follows_from_scheme_and_format() {
        let oauth = "OAuth 1.0 oauth a=\"b\", c=\"d\" GET /a%20b/ x=+y";
        for (header, expected) in [
            ("Bearer a.b.c", "AppJWT a.b.c"),
            ("bEARER   a.b.c ", "AppJWT a.b.c"),
            ("a.b.c", "AppJWT a.b.c"),
            (BEARER, &format!("LE Bearer {BEARER}")),
            (&format!("Bearer {BEARER}"), &format!("LE Bearer {BEARER}")),
            (&BEARER[1..], &format!("AppJWT {}", &BEARER[1..])),
            (&BEARER.replace('0', "g"), &format!("AppJWT {}", BEARER.replace('0', "g"))),
            ("oauth a=\"b\", c=\"d\"", oauth),
            ("Basic YTpi", "missing_credential"),
            (&format!("Digest {BEARER}"), "missing_credential"),
            ("", "missing_credential"),
            (" ", "missing_credential"),
        ] {
            assert_eq!(describe(&[header]), expected, "{header}");
        }
    }

    #[test]
    fn missing_repeated_and_unreadable_headers_are_rejected() {
        for headers in [&[][..], &["a.b.c", "a.b.c"], &["Bearer a.b.c", ""], &["Bearer é"]] {
            assert_eq!(describe(headers), "missing_credential", "{headers:?}");
        }
    }

    /// The edge removes the trailing slash, but the client has signed it.
    #[test]
    fn the_signature_covers_the_original_target() {
        let (mut parts, ()) = Request::get("/a?x=1").body(()).unwrap().into_parts();
        parts.headers.insert(header::AUTHORIZATION, HeaderValue::from_static("OAuth a=\"b\""));
        parts.extensions.insert(OriginalUri("/a/?x=%31".parse().unwrap()));
        let Ok(Credential::OAuth1(signed)) = credential(&parts) else { panic!("not signed") };
        assert_eq!((&*signed.path, &*signed.query), ("/a/", "x=%31"));
    }
}
