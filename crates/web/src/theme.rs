//! The theme, light or dark: the user's choice from a cookie, so that the first response is right, otherwise the
//! preference of the device.

use axum::http::{HeaderMap, header};

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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

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
