//! Reads `Accept` and `Accept-Encoding`: names with a weight (RFC 9110 §12.4.2).

use axum::http::HeaderMap;
use axum::http::header::AsHeaderName;

/// Whether any of `names` is wanted, i.e. listed with a weight above 0. `None` without the header.
pub(crate) fn wants(headers: &HeaderMap, header: impl AsHeaderName, names: &[&str]) -> Option<bool> {
    let mut values = headers.get_all(header).iter().filter_map(|value| value.to_str().ok()).peekable();
    values.peek()?;
    let weights: Vec<_> = values.flat_map(|value| value.split(',')).filter_map(name_and_weight).collect();
    // The first of `names` that is listed decides: the more exact ones stand first.
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
    fn the_most_exact_name_decides() {
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
            assert_eq!(wants(&headers, ACCEPT_ENCODING, &["gzip", "*"]), Some(expected), "{value}");
        }
        assert_eq!(wants(&HeaderMap::new(), ACCEPT_ENCODING, &["gzip"]), None);
    }
}
