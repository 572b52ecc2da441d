//! Static files, as browsers request them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::{Router, routing};
use http_body_util::BodyExt;
use outbound_web::assets::{Asset, PATH, serve};
use tower::ServiceExt;

const ALL: [Asset; 4] = [Asset::Style, Asset::Script, Asset::Icons, Asset::Favicon];

async fn get(path: &str, accepted: &str) -> Response<Body> {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, accepted).body(Body::empty()).unwrap();
    Router::<()>::new().route(PATH, routing::get(serve)).oneshot(request).await.unwrap()
}

#[tokio::test]
async fn assets_are_cached_forever_under_the_hash_of_their_content() {
    for asset in ALL {
        let answer = get(asset.path(), "br").await;
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert!(answer.headers()[header::CONTENT_TYPE].to_str().unwrap().contains('/'));
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, asset.content().as_bytes());
    }
}

#[tokio::test]
async fn assets_are_compressed_if_the_client_accepts_gzip() {
    for (accepted, compressed) in [
        ("gzip, br", true),
        ("br;q=1, GZIP;q=0.5", true),
        ("gzip;q=0", false),
        ("identity", false),
        ("", false),
    ] {
        let answer = get(Asset::Style.path(), accepted).await;
        assert_eq!(answer.headers().contains_key(header::CONTENT_ENCODING), compressed, "{accepted}");
    }
}

#[tokio::test]
async fn outdated_names_are_not_found() {
    for path in ["/assets/outbound.00000000.css", "/assets/outbound.css", "/assets/..%2Foutbound.css"] {
        assert_eq!(get(path, "").await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn assets_are_as_small_as_documented() {
    let sizes = ALL.map(|asset| asset.compressed().len());
    assert!(sizes.iter().all(|size| *size > 100) && sizes.iter().sum::<usize>() < 16 * 1024, "{sizes:?}");
    let document = include_str!("../../../docs/web.md");
    assert!(document.contains("style, script and icons are less than 16 KiB compressed"));
}

#[test]
fn assets_load_nothing_from_other_hosts() {
    for asset in ALL {
        let content = asset.content().replace("http://www.w3.org/2000/svg", "");
        assert!(!content.contains("http:") && !content.contains("https:") && !content.contains("@import"));
    }
}
