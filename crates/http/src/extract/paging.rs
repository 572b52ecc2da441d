//! Pages of the management API: `{items, next}`, where `next` is the `cursor` of the page behind, and
//! stands in `Link` too. A cursor is opaque: base64url of where the page before ended.

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

/// Longer than any of ours: a folded name has at most some hundred characters.
const MAX_CURSOR_BYTES: usize = 8192;

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct Items<T> {
    /// Its elements.
    items: Vec<T>,
    /// The `cursor` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

// By hand: the derive would repeat the schema of `T` in each page. An operation names an alias such as
// `ClientPage`, since the derive makes a name of its own for a type with arguments.
impl<T: ToSchema> PartialSchema for Items<T> {
    fn schema() -> RefOr<Schema> {
        let items = Array::new(Ref::from_schema_name(T::name()));
        let items = ArrayBuilder::from(items).description(Some("Its elements."));
        let next = ObjectBuilder::new().schema_type(Type::String);
        let next = next.description(Some("The `cursor` of the next page, if there is one."));
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

/// A list, or its page, as an answer.
pub(crate) type ItemsResponse<T> = (HeaderMap, Json<Items<T>>);

impl<T> Items<T> {
    /// A list that is whole.
    pub(crate) fn all(items: Vec<T>) -> Json<Self> {
        Json(Self { items, next: None })
    }

    /// A page as an answer to a request for `uri`.
    pub(crate) fn page(items: Vec<T>, next: Option<String>, uri: &Uri) -> ItemsResponse<T> {
        (link(next.as_deref(), uri), Json(Self { items, next }))
    }
}

/// The header that leads to the next page.
pub(crate) fn link(next: Option<&str>, uri: &Uri) -> HeaderMap {
    let link = next.and_then(|cursor| {
        let link = format!("<{}cursor={cursor}>; rel=\"next\"", with_others(uri, &["cursor"]));
        HeaderValue::try_from(link).ok()
    });
    link.map(|link| (header::LINK, link)).into_iter().collect()
}

/// One element more than a page has was asked for: takes it off, and tells whether it was there.
pub(crate) fn take_page<T>(found: &mut Vec<T>, limit: u32) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    more
}

/// The cursor that says `text`.
pub(crate) fn cursor(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// What a cursor says.
pub(crate) fn decode_cursor(cursor: &str) -> Result<String, ApiError> {
    let bytes = Some(cursor).filter(|cursor| cursor.len() <= MAX_CURSOR_BYTES);
    let bytes = bytes.and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok());
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad_cursor)
}

/// For a cursor that is none of ours.
pub(crate) fn bad_cursor() -> ApiError {
    ApiError::bad_parameter("cursor is what an earlier page gave as next, with the same sort")
}

/// The parameters of a list that is ordered by numbers, newest first, for the OpenAPI file.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct PageParameters {
    /// Most elements to answer.
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 8192)]
    cursor: Option<String>,
}

/// Which page of such a list.
pub(crate) struct NumberedPage {
    /// Only elements with lower numbers.
    pub(crate) before: Option<i64>,
    pub(crate) limit: u32,
    uri: Uri,
}

impl NumberedPage {
    /// The answer, of `found` with one element more than the page has; each of `items` made of one.
    pub(crate) fn response<F, T>(
        self,
        mut found: Vec<F>,
        number: impl Fn(&F) -> i64,
        item: impl Fn(F) -> T,
    ) -> ItemsResponse<T> {
        let more = take_page(&mut found, self.limit);
        let last = found.last().filter(|_| more);
        let next = last.map(|last| cursor(&number(last).to_string()));
        Items::page(found.into_iter().map(item).collect(), next, &self.uri)
    }

    /// How many to ask for.
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

/// The path and the caller's parameters but `ours`, ready for more.
fn with_others(uri: &Uri, ours: &[&str]) -> String {
    let query = uri.query().unwrap_or_default();
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !ours.contains(&&**name));
    let mut base = format!("{}?", uri.path());
    let start = base.len();
    base = form_urlencoded::Serializer::for_suffix(base, start).extend_pairs(others).finish();
    if base.len() > start {
        base.push('&');
    }
    base
}
