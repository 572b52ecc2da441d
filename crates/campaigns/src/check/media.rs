//! URLs of media: https, and of a permitted host.

use outbound_render::{Component, Key, Values, substitute};
use url::Url;

use super::consumer_error::ConsumerError;
use crate::handoff_spec::HandoffSpec;

/// The type of a header without media.
const TEXT_HEADER: &str = "text";

/// Checks the URLs that contain values.
pub(super) fn check(
    handoff: &HandoffSpec,
    values: &Values,
    permitted_hosts: &[String],
) -> Result<(), ConsumerError> {
    for channel in &handoff.channels {
        let header = channel.header.iter().filter(|header| header.kind != TEXT_HEADER);
        let header = header.map(|header| (&header.content, Some(Component::Header)));
        let media = channel.media.iter().map(|url| (url, None));
        for (url, component) in header.chain(media) {
            let filled = substitute(url, |number| values.get(Key { component, number }));
            check_url(&filled.text, permitted_hosts)?;
        }
    }
    Ok(())
}

fn check_url(text: &str, permitted_hosts: &[String]) -> Result<(), ConsumerError> {
    let url = read_url(text).ok_or(ConsumerError::HeaderVariableInvalidUrl)?;
    let host = url.host_str().unwrap_or_default();
    if permitted_hosts.is_empty() || permitted_hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return Ok(());
    }
    Err(ConsumerError::ImageUrlNotWhitelisted)
}

/// Reads a URL in which every program finds the same host. The text is stored and sent as it is, and other parsers read
/// a backslash, white space or a user before the host in other ways.
fn read_url(text: &str) -> Option<Url> {
    const SCHEME: &str = "https://";
    let is_ambiguous = |c: char| c == '\\' || c.is_whitespace() || c.is_control();
    let starts_with_scheme = text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME));
    if !starts_with_scheme || text.contains(is_ambiguous) {
        return None;
    }
    let is_plain = |url: &Url| {
        url.has_host() && url.username().is_empty() && url.password().is_none() && url.port().is_none()
    };
    // An empty user, as in `https://@host`, is not in the parsed URL.
    let authority = text.get(SCHEME.len()..)?.split(['/', '?', '#']).next()?;
    Url::parse(text).ok().filter(|url| is_plain(url) && !authority.is_empty() && !authority.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_with_one_meaning_are_accepted() {
        let permitted = ["media.example".to_owned()];
        for url in [
            "https://media.example/a.png",
            "HTTPS://MEDIA.EXAMPLE/a.png?b=c@d#e",
            "https://media.example:443/a%20b.png",
            "https://media.example",
        ] {
            assert_eq!(check_url(url, &permitted), Ok(()), "{url}");
            assert_eq!(check_url(url, &[]), Ok(()), "{url}");
        }
        for url in [
            r"https://media.example\@evil.example/a.png",
            r"https:\\media.example/a.png",
            r"https://media.example/a\b.png",
            "https://media.example:8443/a.png",
            "https://user@media.example/a.png",
            "https://user:secret@media.example/a.png",
            "https://@media.example/a.png",
            "https:///media.example/a.png",
            "https:media.example/a.png",
            " https://media.example/a.png",
            "https://media.example/a b.png",
            "https://media.example/a.png\n",
            "https://me\tdia.example/a.png",
            "https://media.example\u{a0}/a.png",
            "http://media.example/a.png",
            "https://",
            "",
        ] {
            for permitted in [&permitted[..], &[]] {
                let found = check_url(url, permitted);
                assert_eq!(found, Err(ConsumerError::HeaderVariableInvalidUrl), "{url}");
            }
        }
        let other = check_url("https://media.example.evil.example/a.png", &permitted);
        assert_eq!(other, Err(ConsumerError::ImageUrlNotWhitelisted));
    }
}
