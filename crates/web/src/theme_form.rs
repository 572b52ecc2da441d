//! The form that changes the theme.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::{PageError, incomplete_body};
use crate::theme::Theme;

/// Changes the theme, for browsers without script. The form needs no token: it changes nothing but a cookie
/// that any page may set.
pub async fn change(body: Result<Bytes, BytesRejection>) -> Result<Response, PageError> {
    let body = body.map_err(incomplete_body)?;
    let field =
        |wanted: &str| form_urlencoded::parse(&body).find(|(name, _)| name == wanted).map(|(_, value)| value);
    let theme = field("theme").map_or(Theme::System, |name| Theme::of_name(&name));
    let back = field("back").filter(|path| is_own_path(path)).unwrap_or("/".into());
    let headers = [(header::SET_COOKIE, theme.cookie()), (header::LOCATION, back.into_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Whether an address is a path of this site: a browser reads `//host` and `/\host` as another one.
fn is_own_path(path: &str) -> bool {
    let rest = path.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && path.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for (path, own) in [
            ("/", true),
            ("/handoffs?page=2", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("/\t/evil.example", false),
            ("https://evil.example", false),
        ] {
            assert_eq!(is_own_path(path), own, "{path}");
        }
    }
}
