//! Request budgets of addresses, with and without trusted proxies.

use std::time::Duration;

use outbound_http::HttpLimits;

use crate::server::Server;

async fn status(server: &Server, forwarded_for: &str) -> String {
    let headers = format!("Host: a\r\nConnection: close\r\nX-Forwarded-For: {forwarded_for}");
    let response = server.exchange(format!("GET /ok HTTP/1.1\r\n{headers}\r\n\r\n")).await;
    response["HTTP/1.1 ".len()..][..3].to_owned()
}

#[tokio::test]
async fn a_spent_budget_refills_over_time() {
    let server = Server::start(HttpLimits::default(), Some((10, 2)), "", None).await;
    for (millis, expected) in [(0, "200"), (0, "200"), (0, "429"), (99, "429"), (1, "200"), (0, "429")] {
        server.clock.advance(Duration::from_millis(millis));
        assert_eq!(status(&server, "192.0.2.1").await, expected, "after {millis} ms");
    }
}

#[tokio::test]
async fn clients_behind_a_trusted_proxy_have_separate_budgets() {
    for (proxies, expected) in [("127.0.0.0/8", "200"), ("10.0.0.0/8", "429"), ("", "429")] {
        let server = Server::start(HttpLimits::default(), Some((10, 1)), proxies, None).await;
        assert_eq!(status(&server, "192.0.2.1").await, "200");
        assert_eq!(status(&server, "192.0.2.2").await, expected, "trusted: {proxies}");
        assert_eq!(status(&server, "192.0.2.3, 192.0.2.1").await, "429", "trusted: {proxies}");
    }
}
