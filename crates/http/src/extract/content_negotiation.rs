//! Parses `Accept` and `Accept-Encoding`: lists of names with weights (RFC 9110 §12.4.2).

use axum::http::HeaderMap;
use axum::http::header::AsHeaderName;

/// Returns whether the header accepts any of `names`, which means listing it with a weight above 0. `names` are
/// ordered from the most to the least specific. Returns `None` without the header.
pub(crate) fn accepts(headers: &HeaderMap, header: impl AsHeaderName, names: &[&str]) -> Option<bool> {
    let mut values = headers.get_all(header).iter().filter_map(|value| value.to_str().ok()).peekable();
    values.peek()?;
    let weights: Vec<_> = values.flat_map(|value| value.split(',')).filter_map(name_and_weight).collect();
    // The most specific name in the header decides.
    let listed = |name: &&str| weights.iter().find(|(listed, _)| listed.eq_ignore_ascii_case(name));
    Some(names.iter().find_map(listed).is_some_and(|(_, weight)| *weight > 0.0))
}

fn name_and_weight(item: &str) -> Option<(&str, f32)> {
    let mut parts = item.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((name, weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::ACCEPT_ENCODING;

    #[test]
    fn the_most_specific_name_decides() {
        for (value, expected) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("gzip; q=0.0", false),
            ("br", false),
            ("", false),
            ("gzip;q=x", false),
        ] {
            let headers = [(ACCEPT_ENCODING, value.parse().unwrap())].into_iter().collect();
            assert_eq!(accepts(&headers, ACCEPT_ENCODING, &["gzip", "*"]), Some(expected), "{value}");
        }
        assert_eq!(accepts(&HeaderMap::new(), ACCEPT_ENCODING, &["gzip"]), None);
    }
}
