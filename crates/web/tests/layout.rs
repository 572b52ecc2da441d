//! The frame of every page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::post;
use common::Page;
use maud::html;
use outbound_web::layout::{Entry, Flash, FlashKind, Frame, Person, THEME_PATH};
use outbound_web::theme::Theme;
use outbound_web::theme_form;
use tower::ServiceExt;

const SCRIPT: &str = "</title><script>alert(1)</script>\"'>";

#[test]
fn the_frame_has_landmarks_and_no_faults() {
    let frame = Frame {
        title: SCRIPT,
        theme: Theme::Dark,
        path: SCRIPT,
        navigation: &[
            Entry { label: "Handoffs", href: "/", is_current: true },
            Entry { label: SCRIPT, href: SCRIPT, is_current: false },
        ],
        person: Some(Person { name: SCRIPT, account: SCRIPT, log_out: "/logout", csrf: SCRIPT }),
        flashes: &[Flash { kind: FlashKind::Error, text: SCRIPT }],
    };
    let page = Page::read(&frame.page(&html! { h1 { "Content" } }).into_string());
    assert_eq!(page.faults(), [""; 0]);
    assert_eq!(page.all("html").next().unwrap().get("data-theme"), Some("dark"));
    for landmark in ["header", "nav", "main", "h1"] {
        assert_eq!(page.all(landmark).count(), 1, "{landmark}");
    }
    let current: Vec<_> =
        page.all("a").filter(|a| a.get("aria-current").is_some()).map(|a| a.text.as_str()).collect();
    assert_eq!(current, ["Handoffs"]);
    let skip = page.all("a").next().unwrap().get("href").unwrap();
    assert!(page.by_id(skip.trim_start_matches('#')).is_some());
    let loaded: Vec<_> = page.all("script").map(|script| script.get("src")).collect();
    assert!(loaded.len() == 1 && loaded[0].unwrap().starts_with("/assets/"));
}

#[tokio::test]
async fn the_theme_can_be_changed_without_the_script() {
    for (form, location) in
        [("theme=dark&back=%2Fhandoffs", "/handoffs"), ("theme=dark&back=%2F%2Fevil.example", "/")]
    {
        let request = Request::post(THEME_PATH).body(Body::from(form)).unwrap();
        let response =
            Router::<()>::new().route(THEME_PATH, post(theme_form::change)).oneshot(request).await.unwrap();
        assert_eq!(
            (response.status(), &response.headers()[header::LOCATION]),
            (StatusCode::SEE_OTHER, &location.parse().unwrap())
        );
        assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().starts_with("theme=dark;"));
    }
}
