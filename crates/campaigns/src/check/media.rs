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

fn check_url(url: &str, permitted_hosts: &[String]) -> Result<(), ConsumerError> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "https" && url.has_host());
    let url = url.ok_or(ConsumerError::HeaderVariableInvalidUrl)?;
    let host = url.host_str().unwrap_or_default();
    if permitted_hosts.is_empty() || permitted_hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return Ok(());
    }
    Err(ConsumerError::ImageUrlNotWhitelisted)
}
