//! Incomplete and malformed bodies, sent to every form: always a client error, shown as a page.
use axum::body::{Body, Bytes};
use axum::http::Request;
use outbound_model::Role;

use crate::roles::post_routes;
use crate::service::Service;

const PART: &str = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nHel";
const MULTIPART: &str = "multipart/form-data; boundary=b";
const URLENCODED: &str = "application/x-www-form-urlencoded";

/// Content type and chunks of each body; `None` is the point where the connection breaks.
const BROKEN: [(&str, &[Option<&str>]); 10] = [
    (MULTIPART, &[]),
    (MULTIPART, &[Some("--b")]),
    (MULTIPART, &[Some(PART)]),
    (MULTIPART, &[Some(PART), None]),
    (MULTIPART, &[Some("--b\r\nContent-Disposition: form-data; na")]),
    (MULTIPART, &[Some("--b\r\n\u{7f}: \u{1}\r\n\r\nx\r\n--b--\r\n")]),
    (MULTIPART, &[Some("--c\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--c--\r\n")]),
    ("multipart/form-data", &[Some(PART)]),
    ("multipart/form-data; boundary=\"", &[Some(PART)]),
    (URLENCODED, &[Some("text=Hel"), None]),
];

fn body(chunks: &'static [Option<&'static str>]) -> Body {
    let chunks = chunks.iter().map(|chunk| match chunk {
        Some(text) => Ok(Bytes::from_static(text.as_bytes())),
        None => Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    });
    Body::from_stream(futures::stream::iter(chunks))
}

#[tokio::test]
async fn malformed_bodies_are_client_errors_in_every_form() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browsers = [service.logged_in(Role::Administrator).await, service.browser()];
    for path in post_routes(id.as_str()) {
        for (media_type, chunks) in BROKEN {
            for browser in &mut browsers {
                let request = Request::post(&path).header("content-type", media_type);
                let response = browser.send(request.body(body(chunks)).unwrap()).await;
                // The form of the theme is never multipart, and ignores unknown values.
                if path == "/theme" && response.status == 303 {
                    continue;
                }
                assert_eq!(response.status, 400, "{path} {media_type} {chunks:?}: {response:?}");
                assert!(response.html.contains("<h1"), "{path} {media_type} {chunks:?}: {response:?}");
            }
        }
    }
}

#[tokio::test]
async fn paths_that_cannot_be_decoded_have_error_pages() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for path in ["/handoffs/%ff", "/handoffs/%ff/edit", "/assets/%ff", "/assets/none", "/api/api-docs/%ff"] {
        let response = browser.get(path).await;
        assert!([400, 404].contains(&response.status.as_u16()), "{path}: {response:?}");
        let form = if path.starts_with("/api/") { "{\"code\":0" } else { "<h1" };
        assert!(response.html.contains(form), "{path}: {response:?}");
    }
    let id = service.handoff().await;
    browser.post(&format!("/handoffs/{id}/versions/x/restore"), &[]).await.says(400, "<h1");
    browser.post("/settings/users/%ff/role", &[]).await.says(400, "<h1");
}
