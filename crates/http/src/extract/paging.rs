//! Pages of lists in the management API: `{items, next}`. `next` is the `cursor` of the following page, which is also
//! in the `Link` header. A cursor is opaque to clients: the Base64url-encoded position at which the page ends.

use std::borrow::Cow;

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Ref, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::query::Parameters;
use crate::error::ApiError;

/// Maximum length of a cursor. Valid ones are shorter, because names have at most a few hundred characters.
const MAX_CURSOR_BYTES: usize = 8192;

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct Items<T> {
    /// The elements.
    items: Vec<T>,
    /// The `cursor` of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

// Implemented by hand, because the derive would repeat the schema of `T` in each page. Operations use an alias such as
// `ClientPage`, because the derive generates its own name for a type with arguments.
impl<T: ToSchema> PartialSchema for Items<T> {
    fn schema() -> RefOr<Schema> {
        let items = Array::new(Ref::from_schema_name(T::name()));
        let items = ArrayBuilder::from(items).description(Some("The elements."));
        let next = ObjectBuilder::new().schema_type(Type::String);
        let next = next.description(Some("The `cursor` of the next page; absent on the last page."));
        let page = ObjectBuilder::new().description(Some("A page of a list."));
        page.property("items", items).required("items").property("next", next).into()
    }
}

impl<T: ToSchema> ToSchema for Items<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

/// The response with a page of a list.
pub(crate) type ItemsResponse<T> = (HeaderMap, Json<Items<T>>);

impl<T> Items<T> {
    /// Returns a list on a single page.
    pub(crate) fn all(items: Vec<T>) -> Json<Self> {
        Json(Self { items, next: None })
    }

    /// Returns the response with a page to a request for `uri`.
    pub(crate) fn page(items: Vec<T>, next: Option<String>, uri: &Uri) -> ItemsResponse<T> {
        (link(next.as_deref(), uri), Json(Self { items, next }))
    }
}

/// Returns the `Link` header to the next page.
pub(crate) fn link(next: Option<&str>, uri: &Uri) -> HeaderMap {
    let link = next.and_then(|cursor| {
        let link = format!("<{}cursor={cursor}>; rel=\"next\"", without_parameters(uri, &["cursor"]));
        HeaderValue::try_from(link).ok()
    });
    link.map(|link| (header::LINK, link)).into_iter().collect()
}

/// Truncates `found` to the page size and returns whether there are more elements. Callers read one element more than
/// a page has.
pub(crate) fn take_page<T>(found: &mut Vec<T>, limit: u32) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    more
}

/// Encodes a position as a cursor.
pub(crate) fn encode_cursor(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Decodes a cursor to its position.
pub(crate) fn decode_cursor(cursor: &str) -> Result<String, ApiError> {
    let bytes = Some(cursor).filter(|cursor| cursor.len() <= MAX_CURSOR_BYTES);
    let bytes = bytes.and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok());
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad_cursor)
}

/// The cursor was not created by this server, or for another sort order.
pub(crate) fn bad_cursor() -> ApiError {
    ApiError::bad_parameter("cursor is not valid; use the next of an earlier page with the same sort")
}

/// The parameters of a list that is ordered by number, newest first, for the OpenAPI document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct PageParameters {
    /// The maximum number of elements to return.
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(max_length = 8192)]
    cursor: Option<String>,
}

/// A requested page of a list that is ordered by number.
pub(crate) struct NumberedPage {
    /// Only elements with lower numbers.
    pub(crate) before: Option<i64>,
    pub(crate) limit: u32,
    uri: Uri,
}

impl NumberedPage {
    /// Creates the response. `found` has one element more than the page if there is a next page.
    pub(crate) fn response<F, T>(
        self,
        mut found: Vec<F>,
        number: impl Fn(&F) -> i64,
        item: impl Fn(F) -> T,
    ) -> ItemsResponse<T> {
        let more = take_page(&mut found, self.limit);
        let last = found.last().filter(|_| more);
        let next = last.map(|last| encode_cursor(&number(last).to_string()));
        Items::page(found.into_iter().map(item).collect(), next, &self.uri)
    }

    /// The number of elements to read: one more than the page has.
    pub(crate) fn count(&self) -> u32 {
        self.limit + 1
    }
}

impl<S: Sync> FromRequestParts<S> for NumberedPage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &["limit", "cursor"])?;
        let before = parameters.text("cursor").map(|cursor| {
            decode_cursor(cursor)?.parse().ok().filter(|number| *number > 0).ok_or_else(bad_cursor)
        });
        let (before, limit) = (before.transpose()?, parameters.limit()?);
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0).clone();
        Ok(Self { before, limit, uri })
    }
}

/// Returns the path and the query without the parameters `removed`, ready for appending parameters.
fn without_parameters(uri: &Uri, removed: &[&str]) -> String {
    let query = uri.query().unwrap_or_default();
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !removed.contains(&&**name));
    let mut base = format!("{}?", uri.path());
    let start = base.len();
    base = form_urlencoded::Serializer::for_suffix(base, start).extend_pairs(others).finish();
    if base.len() > start {
        base.push('&');
    }
    base
}
