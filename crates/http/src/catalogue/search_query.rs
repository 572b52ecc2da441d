//! Reads the query of the list of handoffs, and the cursor by which the next page begins where the
//! one before ended.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use outbound_app::{Criteria, Search, SearchCursor, Sort, SortKey, SortValue};
use outbound_model::{ChannelType, HandoffState};
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::extract::paging::{bad_cursor, cursor, decode_cursor};
use crate::extract::query::Parameters;

/// The sort keys as the query writes them.
const KEYS: [(&str, SortKey); 3] =
    [("created", SortKey::Created), ("updated", SortKey::Updated), ("name", SortKey::Name)];
/// What is in the query.
const PARAMETERS: [&str; 10] =
    ["q", "channel", "language", "sender", "state", "errors", "sort", "limit", "cursor", "count"];

/// The documented parameters, for the OpenAPI file; [`SearchQuery`] reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct SearchParameters {
    /// Stands anywhere in the id, the name or a text, whatever its case.
    q: Option<String>,
    /// Has a configuration of this channel.
    channel: Option<ChannelType>,
    /// Has a configuration in this language.
    language: Option<String>,
    /// Has a configuration with this sender.
    sender: Option<String>,
    /// Is in this state; without one, in any but `archived`.
    state: Option<HandoffState>,
    /// Its newest version breaks a rule that counts as an error.
    errors: Option<bool>,
    /// `created`, `updated` or `name`, with `-` before it for the highest first.
    #[param(pattern = "^-?(created|updated|name)$", default = "-updated")]
    sort: Option<String>,
    /// Most handoffs to answer.
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 8192)]
    cursor: Option<String>,
    /// Whether to count by state what meets the criteria.
    count: Option<bool>,
}

/// A query of the list, read.
pub(crate) struct SearchQuery {
    pub(crate) search: Search,
    /// Whether to count too.
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
        let behind = parameters.text("cursor").map(|cursor| behind(cursor, sort)).transpose()?;
        // One more than the page has, to know whether there is a next.
        let search = Search { criteria, sort, after: behind, count: parameters.limit()? + 1 };
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
    let key = KEYS.into_iter().find(|(known, _)| *known == name).map(|(_, key)| key);
    let key = key.ok_or_else(|| {
        ApiError::bad_parameter("sort is created, updated or name, with - before it for the highest first")
    });
    Ok(Sort { key: key?, descending })
}

/// A sort, the value that the last handoff has of it, and its id, which has no colon.
pub(crate) fn place(sort: Sort, behind: &SearchCursor) -> String {
    let name = KEYS.into_iter().find(|(_, key)| *key == sort.key).map_or("", |(name, _)| name);
    let direction = if sort.descending { "-" } else { "" };
    let value = match &behind.value {
        SortValue::Time(millis) => millis.to_string(),
        SortValue::Name(name) => name.clone(),
    };
    cursor(&format!("{direction}{name}:{value}:{}", behind.id))
}

fn behind(cursor: &str, sort: Sort) -> Result<SearchCursor, ApiError> {
    let text = decode_cursor(cursor)?;
    let read = || {
        let (said, rest) = text.split_once(':')?;
        let (value, id) = rest.rsplit_once(':')?;
        let value = match sort.key {
            SortKey::Name if value.chars().any(char::is_control) => return None,
            SortKey::Name => SortValue::Name(value.to_owned()),
            SortKey::Created | SortKey::Updated => SortValue::Time(value.parse().ok()?),
        };
        let same = self::sort(said).is_ok_and(|said| said == sort);
        Some(SearchCursor { value, id: id.parse().ok()? }).filter(|_| same)
    };
    read().ok_or_else(bad_cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_order_only() {
        let by = |text: &str| sort(text).unwrap();
        let id = || "H1".parse().unwrap();
        for (order, value) in [
            ("name", SortValue::Name("a:b:ü".to_owned())),
            ("-name", SortValue::Name(String::new())),
            ("created", SortValue::Time(-5)),
            ("-updated", SortValue::Time(i64::MAX)),
        ] {
            let at = SearchCursor { value, id: id() };
            let cursor = place(by(order), &at);
            assert_eq!(behind(&cursor, by(order)).unwrap(), at);
            for other in ["name", "-name", "created", "-created", "-updated"] {
                assert_eq!(behind(&cursor, by(other)).is_ok(), other == order, "{order} {other}");
            }
        }
        for text in ["", "x", "name", "name:x", "name:\0:H1", "name:x:a b", "created:x:H1", "nme:x:H1"] {
            assert!(behind(&cursor(text), by("name")).is_err(), "{text:?}");
        }
        assert!(behind("=&", by("name")).is_err());
        assert!(behind(&"a".repeat(9000), by("name")).is_err());
    }

    #[test]
    fn what_is_wrong_in_a_query_is_refused() {
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
