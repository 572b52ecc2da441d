//! The page to return to after logging in. Other sites are never targets.

/// In bytes.
const MAX_LENGTH: usize = 2000;

/// `path` with its query string if it is a path of this site, otherwise `/`.
pub(crate) fn return_path(path: &str) -> &str {
    let is_local = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/login");
    let is_plain =
        path.len() <= MAX_LENGTH && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local && is_plain { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_are_no_targets() {
        for path in ["/", "/handoffs?q=a&state=draft", "/handoffs/H1/edit"] {
            assert_eq!(return_path(path), path);
        }
        let long = format!("/{}", "a".repeat(2000));
        for path in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a b",
            "/\r\nX: y",
            "javascript:alert(1)",
            "/login?back=/",
            "/é",
            &long,
        ] {
            assert_eq!(return_path(path), "/", "{path}");
        }
    }
}
