//! Forms with a file in them (`multipart/form-data`, RFC 7578), read like any other form: a file is the
//! text of its field. The edge bounds how long they are.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use outbound_app::App;

use crate::error::{PageError, bad_form, broken_off};
use crate::fields::Fields;

/// More parts than any form of ours has.
const MAX_PARTS: usize = 20;

/// Whether the request holds such a form.
pub(crate) fn is_upload(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// Its fields. Of files that are no UTF-8 the wrong bytes are replaced, which no format takes.
pub(crate) async fn read(request: Request, app: &App) -> Result<Fields, PageError> {
    let multipart = Multipart::from_request(request, app).await;
    let mut multipart = multipart.map_err(|_| bad_form("The form cannot be read. Send it again."))?;
    let mut fields = Vec::new();
    while let Some(part) = multipart.next_field().await.map_err(broken_off)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(broken_off)?;
        fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        if fields.len() == MAX_PARTS {
            break;
        }
    }
    Ok(Fields(fields))
}
