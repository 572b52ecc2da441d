//! Where to go after signing in: only ever to a page of ours.

/// The longest way back that is kept, in bytes.
const LONGEST: usize = 2000;

/// `path` if it is one of ours, with its query; else the start.
pub(crate) fn back(path: &str) -> &str {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/sign-in");
    let plain = path.len() <= LONGEST && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours && plain { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_here() {
        for path in ["/", "/handoffs?q=a&state=draft", "/handoffs/H1/edit"] {
            assert_eq!(back(path), path);
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
            "/sign-in?back=/",
            "/é",
            &long,
        ] {
            assert_eq!(back(path), "/", "{path}");
        }
    }
}
