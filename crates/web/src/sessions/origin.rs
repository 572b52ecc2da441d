//! Checks that a form was sent from a page of this site. This is in addition to the CSRF token of each form and the
//! `SameSite` cookie.

use axum::http::{HeaderMap, StatusCode, header};
use outbound_app::App;

use crate::error::PageError;
use crate::text;

/// Rejects requests that a browser attributes to another site. All current browsers send one of the headers.
pub(crate) fn check_same_origin(headers: &HeaderMap, app: &App) -> Result<(), PageError> {
    let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let is_same_origin = match (value("sec-fetch-site"), value(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => is_own_origin(origin, value(header::HOST.as_str()), app),
        (None, None) => true,
    };
    if is_same_origin {
        return Ok(());
    }
    Err(PageError::new(StatusCode::FORBIDDEN, "other_site", text::form_from_other_site()))
}

/// Whether an origin is a public URL of the installation or the host that the browser connected to.
fn is_own_origin(origin: &str, host: Option<&str>, app: &App) -> bool {
    let named = origin.split_once("://").map(|(_, named)| named);
    app.is_public_url(origin) || (named.is_some() && named == host)
}
