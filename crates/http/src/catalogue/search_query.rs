//! Parses the query of the search, including its cursor.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use outbound_app::{Criteria, Search, SearchCursor, Sort, SortKey, SortValue};
use outbound_model::{ChannelType, HandoffState};
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::extract::paging::{bad_cursor, decode_cursor, encode_cursor};
use crate::extract::query::Parameters;

/// The names of the sort keys in the query.
const SORT_KEYS: [(&str, SortKey); 3] =
    [("created", SortKey::Created), ("updated", SortKey::Updated), ("name", SortKey::Name)];
/// The query parameters of the search.
const PARAMETERS: [&str; 10] =
    ["q", "channel", "language", "sender", "state", "errors", "sort", "limit", "cursor", "count"];

/// The documented parameters, for the OpenAPI document; [`SearchQuery`] parses them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct SearchParameters {
    /// Text that occurs in the id, the name or a message, ignoring case.
    q: Option<String>,
    /// Only handoffs with this channel.
    channel: Option<ChannelType>,
    /// Only handoffs with a channel in this language.
    language: Option<String>,
    /// Only handoffs with a channel with this sender.
    sender: Option<String>,
    /// Only handoffs in this state. By default, all except `archived`.
    state: Option<HandoffState>,
    /// Only handoffs whose newest version has errors.
    errors: Option<bool>,
    /// `created`, `updated` or `name`, with a leading `-` for descending order.
    #[param(pattern = "^-?(created|updated|name)$", default = "-updated")]
    sort: Option<String>,
    /// The maximum number of handoffs to return.
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(max_length = 8192)]
    cursor: Option<String>,
    /// Whether to count the matching handoffs by state.
    count: Option<bool>,
}

/// A parsed search query.
pub(crate) struct SearchQuery {
    pub(crate) search: Search,
    /// Whether to count the matching handoffs.
    pub(crate) count: bool,
}

impl SearchQuery {
    fn parse(query: &str) -> Result<Self, ApiError> {
        let parameters = Parameters::parse(query, &PARAMETERS)?;
        let text = |name| parameters.text(name).map(str::to_owned);
        let criteria = Criteria {
            text: text("q"),
            channel: parameters.value("channel")?,
            language: text("language"),
            sender: text("sender"),
            state: parameters.value("state")?,
            with_errors: parameters.flag("errors")?,
        };
        let sort = sort(parameters.text("sort").unwrap_or("-updated"))?;
        let after = parameters.text("cursor").map(|cursor| decode_search_cursor(cursor, sort)).transpose()?;
        // One more than the page has, to know whether there is a next page.
        let search = Search { criteria, sort, after, count: parameters.limit()? + 1 };
        Ok(Self { search, count: parameters.flag("count")? })
    }
}

impl<S: Sync> FromRequestParts<S> for SearchQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

fn sort(text: &str) -> Result<Sort, ApiError> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let key = SORT_KEYS.into_iter().find(|(known, _)| *known == name).map(|(_, key)| key);
    let key = key.ok_or_else(|| {
        ApiError::bad_parameter(
            "sort must be created, updated or name, with a leading - for descending order",
        )
    });
    Ok(Sort { key: key?, descending })
}

/// Encodes a cursor: the sort order, and value and id of the last handoff. Ids contain no colon.
pub(crate) fn search_cursor(sort: Sort, behind: &SearchCursor) -> String {
    let name = SORT_KEYS.into_iter().find(|(_, key)| *key == sort.key).map_or("", |(name, _)| name);
    let direction = if sort.descending { "-" } else { "" };
    let value = match &behind.value {
        SortValue::Time(millis) => millis.to_string(),
        SortValue::Name(name) => name.clone(),
    };
    encode_cursor(&format!("{direction}{name}:{value}:{}", behind.id))
}

fn decode_search_cursor(cursor: &str, sort: Sort) -> Result<SearchCursor, ApiError> {
    let text = decode_cursor(cursor)?;
    let parse = || {
        let (cursor_sort, rest) = text.split_once(':')?;
        let (value, id) = rest.rsplit_once(':')?;
        let value = match sort.key {
            SortKey::Name if value.chars().any(char::is_control) => return None,
            SortKey::Name => SortValue::Name(value.to_owned()),
            SortKey::Created | SortKey::Updated => SortValue::Time(value.parse().ok()?),
        };
        let is_same_sort = self::sort(cursor_sort).is_ok_and(|cursor_sort| cursor_sort == sort);
        Some(SearchCursor { value, id: id.parse().ok()? }).filter(|_| is_same_sort)
    };
    parse().ok_or_else(bad_cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_valid_only_for_its_own_sort_order() {
        let by = |text: &str| sort(text).unwrap();
        let id = || "H1".parse().unwrap();
        for (order, value) in [
            ("name", SortValue::Name("a:b:ü".to_owned())),
            ("-name", SortValue::Name(String::new())),
            ("created", SortValue::Time(-5)),
            ("-updated", SortValue::Time(i64::MAX)),
        ] {
            let at = SearchCursor { value, id: id() };
            let cursor = search_cursor(by(order), &at);
            assert_eq!(decode_search_cursor(&cursor, by(order)).unwrap(), at);
            for other in ["name", "-name", "created", "-created", "-updated"] {
                assert_eq!(
                    decode_search_cursor(&cursor, by(other)).is_ok(),
                    other == order,
                    "{order} {other}"
                );
            }
        }
        for text in ["", "x", "name", "name:x", "name:\0:H1", "name:x:a b", "created:x:H1", "nme:x:H1"] {
            assert!(decode_search_cursor(&encode_cursor(text), by("name")).is_err(), "{text:?}");
        }
        assert!(decode_search_cursor("=&", by("name")).is_err());
        assert!(decode_search_cursor(&"a".repeat(9000), by("name")).is_err());
    }

    #[test]
    fn invalid_queries_are_rejected() {
        for query in [
            "channel=whatsapp",
            "state=live",
            "errors=yes",
            "sort=size",
            "sort=--name",
            "limit=0",
            "cursor=x",
            "count=1",
            "q=a&q=b",
        ] {
            assert!(SearchQuery::parse(query).is_err(), "{query}");
        }
        let all =
            "q=a&channel=wa&language=en&sender=%2B1&state=draft&errors=true&sort=name&limit=5&count=true&v=2";
        let query = SearchQuery::parse(all).unwrap();
        assert_eq!((query.search.count, query.count, query.search.criteria.with_errors), (6, true, true));
    }
}
