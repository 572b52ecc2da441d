//! Reads the query of the two list endpoints (design §4.4). Pure, and for that reason apart: the
//! fuzz target of `fuzz/` compiles this file by itself.

use outbound_model::{Invalid, Page};

/// A valid query.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct ListQuery {
    pub(crate) page: Page,
    /// The caller's parameters but for `limit` and `offset`, encoded: `v=1` at least.
    pub(crate) others: String,
}

impl ListQuery {
    /// Reads a raw query; unknown parameters are ignored, doubled ones of ours refused.
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
            Some(_) => return Err(Invalid::new("v must be 1: there is no other version")),
            None => return Err(Invalid::new("v is required: add v=1")),
        }
        let limit = number(limit.as_deref(), Page::DEFAULT_LIMIT);
        let offset = number(offset.as_deref(), 0);
        // What is not a number is as far out of the range as any.
        let page = Page::new(limit.unwrap_or(0), offset.unwrap_or(u32::MAX))?;
        Ok(Self { page, others: others.finish() })
    }
}

/// Digits only: `+5`, ` 5` and `5.0` are not whole numbers here.
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
    fn defaults_limits_and_unknown_parameters() {
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
    fn anything_else_is_refused() {
        for (query, sentence) in [
            ("", "v is required"),
            ("v=2", "v must be 1"),
            ("v=", "v must be 1"),
            ("v=1&v=1", "v is given twice"),
            ("v=1&limit=5&limit=6", "limit is given twice"),
            ("v=1&limit=0", "limit is a whole number from 1 to 1000"),
            ("v=1&limit=1001", "limit is"),
            ("v=1&limit=1e9", "limit is"),
            ("v=1&limit=", "limit is"),
            ("v=1&limit=%2B5", "limit is"),
            ("v=1&limit=99999999999999999999", "limit is"),
            ("v=1&offset=-1", "offset is a whole number from 0 to 2147483647"),
            ("v=1&offset=2147483648", "offset is"),
            ("v=1&offset=1.5", "offset is"),
        ] {
            let refused = page(query).unwrap_err();
            assert!(refused.starts_with(sentence), "{query}: {refused}");
        }
    }
}
