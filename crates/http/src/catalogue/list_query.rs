//! Parses the query of the two list endpoints (design §4.4). It depends on nothing else of this crate, because the
//! fuzz target in `fuzz/` compiles this file by itself.

use outbound_model::{Invalid, Page};

/// A valid query.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct ListQuery {
    pub(crate) page: Page,
    /// The caller's other parameters, without `limit` and `offset`, URL-encoded. Contains at least `v=1`.
    pub(crate) others: String,
}

impl ListQuery {
    /// Parses a raw query. Unknown parameters are ignored; repeated known parameters are rejected.
    pub(crate) fn parse(query: &str) -> Result<Self, Invalid> {
        let (mut v, mut limit, mut offset) = (None, None, None);
        let mut others = form_urlencoded::Serializer::new(String::with_capacity(query.len()));
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !matches!(&*name, "limit" | "offset") {
                others.append_pair(&name, &value);
            }
            let found = match &*name {
                "v" => &mut v,
                "limit" => &mut limit,
                "offset" => &mut offset,
                _ => continue,
            };
            if found.replace(value).is_some() {
                return Err(Invalid::new(format!("{name} is given twice")));
            }
        }
        match v.as_deref() {
            Some("1" | "1.0") => {}
            Some(_) => return Err(Invalid::new("v must be 1; there is no other version")),
            None => return Err(Invalid::new("v is required; add v=1")),
        }
        let limit = number(limit.as_deref(), Page::DEFAULT_LIMIT);
        let offset = number(offset.as_deref(), 0);
        // An invalid number is treated as out of range, so that the same error is returned.
        let page = Page::new(limit.unwrap_or(0), offset.unwrap_or(u32::MAX))?;
        Ok(Self { page, others: others.finish() })
    }
}

/// Parses a number of digits only; `+5`, ` 5` and `5.0` are rejected.
fn number(text: Option<&str>, default: u32) -> Option<u32> {
    let Some(text) = text else { return Some(default) };
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<(u32, u32), String> {
        ListQuery::parse(query).map(|q| (q.page.limit(), q.page.offset())).map_err(|e| e.to_string())
    }

    #[test]
    fn defaults_and_limits_apply_and_unknown_parameters_are_ignored() {
        for (query, expected) in [
            ("v=1", (30, 0)),
            ("v=1.0&limit=1000&offset=2147483647", (1000, i32::MAX as u32)),
            ("limit=1&v=1&offset=007&x=1&x=2&limits=9", (1, 7)),
            ("v=1&LIMIT=5", (30, 0)),
        ] {
            assert_eq!(page(query), Ok(expected), "{query}");
        }
    }

    #[test]
    fn invalid_queries_are_rejected() {
        for (query, message) in [
            ("", "v is required"),
            ("v=2", "v must be 1"),
            ("v=", "v must be 1"),
            ("v=1&v=1", "v is given twice"),
            ("v=1&limit=5&limit=6", "limit is given twice"),
            ("v=1&limit=0", "limit must be a whole number from 1 to 1000"),
            ("v=1&limit=1001", "limit must be"),
            ("v=1&limit=1e9", "limit must be"),
            ("v=1&limit=", "limit must be"),
            ("v=1&limit=%2B5", "limit must be"),
            ("v=1&limit=99999999999999999999", "limit must be"),
            ("v=1&offset=-1", "offset must be a whole number from 0 to 2147483647"),
            ("v=1&offset=2147483648", "offset must be"),
            ("v=1&offset=1.5", "offset must be"),
        ] {
            let error = page(query).unwrap_err();
            assert!(error.starts_with(message), "{query}: {error}");
        }
    }
}
