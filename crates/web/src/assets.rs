//! Static files of the pages: compiled in, compressed once, and named by a hash of their content, so that browsers can
//! cache them forever.

use std::io::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A static file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asset {
    /// The style sheet.
    Style,
    /// The script.
    Script,
    /// The icons, as symbols.
    Icons,
    /// The icon of the site.
    Favicon,
}

/// A file with its name.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

impl Asset {
    const ALL: [Asset; 4] = [Asset::Style, Asset::Script, Asset::Icons, Asset::Favicon];

    /// Name, extension, media type and content.
    fn file(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Asset::Style => (
                "outbound",
                "css",
                "text/css; charset=utf-8",
                concat!(
                    include_str!("../assets/outbound.css"),
                    include_str!("../assets/pages.css"),
                    include_str!("../assets/reporting.css"),
                    include_str!("../assets/campaigns.css")
                ),
            ),
            Asset::Script => (
                "outbound",
                "js",
                "text/javascript; charset=utf-8",
                concat!(include_str!("../assets/outbound.js"), include_str!("../assets/refresh.js")),
            ),
            Asset::Icons => ("i", "svg", "image/svg+xml", include_str!("../assets/icons.svg")),
            Asset::Favicon => ("favicon", "svg", "image/svg+xml", include_str!("../assets/favicon.svg")),
        }
    }

    /// Its path, such as `/assets/outbound.01234567.css`.
    pub fn path(self) -> &'static str {
        &self.prepared().path
    }

    /// Its content, compressed with gzip.
    pub fn compressed(self) -> &'static [u8] {
        &self.prepared().gzip
    }

    /// Its content.
    pub fn content(self) -> &'static str {
        self.file().3
    }

    fn prepared(self) -> &'static Prepared {
        static STYLE: LazyLock<Prepared> = LazyLock::new(|| Prepared::of(Asset::Style));
        static SCRIPT: LazyLock<Prepared> = LazyLock::new(|| Prepared::of(Asset::Script));
        static ICONS: LazyLock<Prepared> = LazyLock::new(|| Prepared::of(Asset::Icons));
        static FAVICON: LazyLock<Prepared> = LazyLock::new(|| Prepared::of(Asset::Favicon));
        match self {
            Asset::Style => &STYLE,
            Asset::Script => &SCRIPT,
            Asset::Icons => &ICONS,
            Asset::Favicon => &FAVICON,
        }
    }
}

/// Computed once per process.
struct Prepared {
    path: String,
    gzip: Vec<u8>,
}

impl Prepared {
    fn of(asset: Asset) -> Self {
        let (name, extension, _, content) = asset.file();
        let path = format!("{FOLDER}{name}.{:08x}.{extension}", hash(content.as_bytes()));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory does not fail; an empty result is not served.
        let gzip = encoder.write_all(content.as_bytes()).and_then(|()| encoder.finish());
        Self { path, gzip: gzip.unwrap_or_default() }
    }
}

/// FNV-1a with 32 bits, which is the same on all nodes.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// The folder of all assets.
pub(crate) const FOLDER: &str = "/assets/";
/// The template of their paths.
pub const PATH: &str = "/assets/{file}";

/// `GET /assets/{file}`.
pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let wanted = |asset: &Asset| asset.path().strip_prefix(FOLDER) == Some(file.as_str());
    let Some(asset) = Asset::ALL.into_iter().find(wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (_, _, media_type, content) = asset.file();
    let always = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, FOR_GOOD),
        (header::VARY, "Accept-Encoding"),
    ];
    let compressed = asset.compressed();
    if takes_gzip(&headers) && !compressed.is_empty() {
        (always, [(header::CONTENT_ENCODING, "gzip")], compressed).into_response()
    } else {
        (always, content).into_response()
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let rejected = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !rejected
    })
}
