//! The theme, light or dark: the user's choice from a cookie, so that the first response is right, otherwise the
//! preference of the device.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::{PageError, incomplete_body};

/// The cookie with the choice. The script reads and changes it.
pub const COOKIE: &str = "theme";

/// The colours of pages.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Theme {
    /// The preference of the device.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The choice in the cookies of a request.
    pub fn of_request(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == COOKIE).map_or(Theme::System, |(_, value)| Theme::of_name(value))
    }

    /// By the name that forms and the cookie use; `system` for all that is no theme.
    pub fn of_name(name: &str) -> Self {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// The name in forms, in the cookie and in the page's `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The cookie's line for `Set-Cookie`, kept for a year.
    pub fn cookie(self) -> String {
        format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", self.as_str())
    }
}

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
    use axum::http::HeaderValue;

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

    #[test]
    fn the_cookie_is_found_among_others() {
        for (cookies, expected) in [
            ("theme=dark", Theme::Dark),
            ("session=a; theme=light", Theme::Light),
            ("mytheme=dark", Theme::System),
            ("theme=<script>", Theme::System),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookies));
            assert_eq!(Theme::of_request(&headers), expected, "{cookies}");
        }
    }
}
