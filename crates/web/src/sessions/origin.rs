//! Whether a form was sent from a page of ours: the second net, behind the token that each form
//! carries and the cookie that other sites' forms come without.

use axum::http::{HeaderMap, StatusCode, header};
use outbound_app::App;

use crate::error::PageError;

/// Refuses what a browser says another site sent. What says nothing is no browser of today.
pub(crate) fn of_ours(headers: &HeaderMap, app: &App) -> Result<(), PageError> {
    let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let ours = match (value("sec-fetch-site"), value(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => is_ours(origin, value(header::HOST.as_str()), app),
        (None, None) => true,
    };
    if ours {
        return Ok(());
    }
    let sentence = "This form came from another site, so nothing was done.";
    Err(PageError::refused(StatusCode::FORBIDDEN, "other_site", sentence))
}

/// A public address, or the host that the browser itself asked.
fn is_ours(origin: &str, host: Option<&str>, app: &App) -> bool {
    let named = origin.split_once("://").map(|(_, named)| named);
    app.is_public_url(origin) || (named.is_some() && named == host)
}
