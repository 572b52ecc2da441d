//! GEN-10 and GEN-11: addresses of links and media. Nothing is ever fetched.

use outbound_model::{At, Piece, Placeholder, pieces};
use outbound_render::Component;
use url::{Host, Url};

use super::{
    MEDIA_HOST, MEDIA_HOST_UNCHECKED, URL_CHARACTERS, URL_LINK_SCHEME, URL_MEDIA_SCHEME, URL_NO_EXTENSION,
    URL_NOT_ABSOLUTE, URL_PLACEHOLDER_HOST, URL_PRIVATE_HOST, URL_RCS_SCHEME, URL_SHORTENER, URL_USER_INFO,
};
use crate::context::Context;
use crate::text;

/// What an address is for.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Use {
    /// Something to open with a tap.
    Link,
    /// A file that the provider fetches; may be one placeholder.
    Media,
    /// The same for RCS, where sources disagree about http.
    RcsMedia,
}

/// An address that could be read.
pub(crate) struct Address {
    pub(crate) url: Url,
}

impl Address {
    /// The extension of the file, in small letters; `None` if it has none or a placeholder for it.
    pub(crate) fn extension(&self) -> Option<String> {
        let (_, extension) = self.file().rsplit_once('.')?;
        let plain =
            (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        plain.then(|| extension.to_ascii_lowercase())
    }

    /// The host in small letters.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether the host is `domain` or one below it.
    pub(crate) fn is_within(&self, domain: &str) -> bool {
        let above = self.host().strip_suffix(domain);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    }

    fn file(&self) -> &str {
        self.url.path().rsplit('/').next().unwrap_or_default()
    }

    /// Whether the file name, as it is encoded, ends in a placeholder.
    fn ends_in_placeholder(&self) -> bool {
        self.file().ends_with("%7D%7D")
    }
}

/// The placeholder that a text consists of.
pub(crate) fn only_placeholder(text: &str) -> Option<Placeholder> {
    let mut all = pieces(text);
    match (all.next(), all.next()) {
        (Some(Piece::Placeholder(placeholder)), None) => Some(placeholder),
        _ => None,
    }
}

/// Checks the address `text` at `at`, whose samples are under `part`. Answers with what was read,
/// of an address that is one placeholder with its sample.
pub(crate) fn check(
    text: &str,
    purpose: Use,
    part: Option<Component>,
    at: &At<'_>,
    ctx: &mut Context<'_>,
) -> Option<Address> {
    if let Some(placeholder) = only_placeholder(text).filter(|_| purpose != Use::Link) {
        return sample(placeholder.number, part, at, ctx);
    }
    let address = read(text, purpose, at, ctx)?;
    scheme(text, &address, purpose, at, ctx);
    host(&address, at, ctx);
    match purpose {
        Use::Link if SHORTENERS.iter().any(|shortener| address.is_within(shortener)) => {
            ctx.add(URL_SHORTENER.at(at));
        }
        Use::Link => {}
        Use::Media | Use::RcsMedia => {
            if address.extension().is_none() && !address.ends_in_placeholder() {
                ctx.add(URL_NO_EXTENSION.at(at));
            }
            permitted(&address, at, ctx);
        }
    }
    Some(address)
}

/// Of a medium that is one placeholder only the sample can be looked at.
fn sample(number: u16, part: Option<Component>, at: &At<'_>, ctx: &mut Context<'_>) -> Option<Address> {
    let address =
        ctx.sample(part, number).and_then(|sample| Url::parse(sample).ok()).map(|url| Address { url });
    match &address {
        Some(address) => permitted(address, at, ctx),
        None if !ctx.settings.permitted_media_hosts.is_empty() => ctx.add(MEDIA_HOST_UNCHECKED.at(at)),
        None => {}
    }
    address
}

fn read(text: &str, purpose: Use, at: &At<'_>, ctx: &mut Context<'_>) -> Option<Address> {
    if let Some(range) = text::first(text, |c| c.is_whitespace() || c.is_control()) {
        ctx.add(URL_CHARACTERS.at(at).range(range));
        return None;
    }
    let authority = text.find("://").map(|scheme| scheme + 3);
    let host_end = authority
        .and_then(|start| text.get(start..)?.find(['/', '?', '#']).map(|length| start + length))
        .unwrap_or(text.len());
    if let Some(early) = outbound_model::placeholders(text).next().filter(|p| p.range.start < host_end) {
        let whole = purpose == Use::Link && only_placeholder(text).is_some();
        let found = URL_PLACEHOLDER_HOST.at(at).range(early.range);
        ctx.add(if whole { found.say("A link may end in a placeholder, but not be one.") } else { found });
        return None;
    }
    let url = authority.and_then(|_| Url::parse(text).ok()).filter(Url::has_host);
    if url.is_none() {
        ctx.add(URL_NOT_ABSOLUTE.at(at));
    }
    url.map(|url| Address { url })
}

fn scheme(text: &str, address: &Address, purpose: Use, at: &At<'_>, ctx: &mut Context<'_>) {
    let scheme = address.url.scheme();
    if scheme == "https" {
        return;
    }
    let is_http = scheme == "http";
    let rule = match purpose {
        Use::RcsMedia if is_http => &URL_RCS_SCHEME,
        Use::RcsMedia | Use::Media => &URL_MEDIA_SCHEME,
        Use::Link => &URL_LINK_SCHEME,
    };
    let found = rule.at(at).range(0..scheme.len());
    let plain = is_http && text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
    ctx.add(if plain { found.fix("https") } else { found });
}

fn host(address: &Address, at: &At<'_>, ctx: &mut Context<'_>) {
    if !address.url.username().is_empty() || address.url.password().is_some() {
        ctx.add(URL_USER_INFO.at(at));
    }
    let private = match address.url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            !name.contains('.') || PRIVATE.iter().any(|suffix| name.ends_with(suffix))
        }
        _ => true,
    };
    if private {
        ctx.add(URL_PRIVATE_HOST.at(at).say(format!("{} is not a public name.", address.host())));
    }
}

fn permitted(address: &Address, at: &At<'_>, ctx: &mut Context<'_>) {
    let hosts = &ctx.settings.permitted_media_hosts;
    if !hosts.is_empty() && !hosts.iter().any(|host| host.eq_ignore_ascii_case(address.host())) {
        let message = format!("{} is not among the account's permitted media hosts.", address.host());
        ctx.add(MEDIA_HOST.at(at).say(message));
    }
}

/// Ends of names that only a private network resolves (RFC 6761, RFC 6762, RFC 8375).
const PRIVATE: [&str; 8] =
    [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".intranet"];

/// Public link shorteners (our own list); a brand's own is not among them.
pub(crate) const SHORTENERS: [&str; 14] = [
    "bit.ly",
    "tinyurl.com",
    "goo.gl",
    "t.co",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "tiny.cc",
    "shorturl.at",
    "rb.gy",
    "t.ly",
    "lnkd.in",
];

/// Extensions of media: an address that ends in another, such as `.php`, tells nothing of its kind.
pub(crate) const MEDIA_EXTENSIONS: [&str; 34] = [
    "jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "svg", "heic", "avif", "mp4", "3gp", "3gpp",
    "mov", "m4v", "avi", "mkv", "webm", "mpeg", "mpg", "h263", "pdf", "txt", "doc", "docx", "xls", "xlsx",
    "ppt", "pptx", "mp3", "ogg", "wav", "zip",
];
