//! Forms with files (`multipart/form-data`, RFC 7578), read like other forms: the content of a file is the value of
//! its field. The edge limits their size.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use outbound_app::App;

use crate::error::{PageError, incomplete_body, invalid_form};
use crate::fields::Fields;
use crate::text;

/// More parts than any form of the tool has.
const MAX_PARTS: usize = 20;

/// Whether the request contains such a form.
pub(crate) fn is_upload(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// The fields of the form. Invalid UTF-8 in files is replaced; every import format rejects the replacement character.
pub(crate) async fn read(request: Request, app: &App) -> Result<Fields, PageError> {
    let multipart = Multipart::from_request(request, app).await;
    let mut multipart = multipart.map_err(|_| invalid_form(text::form_unreadable()))?;
    let mut fields = Vec::new();
    while let Some(part) = multipart.next_field().await.map_err(incomplete_body)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(incomplete_body)?;
        fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        if fields.len() == MAX_PARTS {
            break;
        }
    }
    Ok(Fields(fields))
}
