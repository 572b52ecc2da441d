//! Who can use a sandbox, and where it sends callbacks.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::Method;
use outbound_model::testing::SequenceGenerator;
use outbound_sandbox::{
    ApiName, CallbackReceiver, CallbackRequest, CallbackRoute, HttpClient, Reply, Sandbox, SandboxConfig,
    SandboxError,
};

use crate::support::{ACCOUNT, Receiver, World, clock, config, secret, secrets, start};

async fn start_error(config: SandboxConfig) -> Option<String> {
    let started = Sandbox::start(config, Arc::new(clock()), Arc::new(SequenceGenerator::default())).await;
    started.err().map(|error| error.to_string())
}

#[tokio::test]
async fn only_loopback_needs_no_token() {
    let anywhere = || SandboxConfig::new("0.0.0.0:0".parse().unwrap(), secrets());
    let error = start_error(anywhere()).await.unwrap();
    assert_eq!(error, "listening on 0.0.0.0:0 needs a token, because others can reach this address");
    assert_eq!(start_error(anywhere().with_token(secret("t"))).await, None);
    assert_eq!(start_error(config()).await, None);
    assert_eq!(start_error(config().with_token(secret(""))).await.unwrap(), "token must not be empty");
}

#[tokio::test]
async fn the_token_is_the_credential_of_every_path() {
    let world = World::with(|config| config.with_token(secret("t0"))).await;
    let twilio = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    let text = r#"{"messaging_product":"whatsapp","to":"16001230001","text":{"body":"Hi"}}"#;
    for (method, path, right, body, status) in [
        (Method::POST, "/v23.0/1/messages", "Bearer t0", text, 200),
        (Method::POST, &*twilio, "Basic QUMxOnQw", "To=%2B16001230001&From=1&Body=a", 201),
        (Method::GET, &*twilio, "Basic QUMxOnQw", "", 200),
        (Method::GET, "/sandbox/messages", "Bearer t0", "", 200),
    ] {
        let permitted = world.request(method.clone(), path, &[("authorization", right)], body).await;
        assert_eq!(permitted.status, status, "{path}");
        let (scheme, _) = right.split_once(' ').unwrap();
        for wrong in [format!("{scheme} QUMxOng="), format!("{scheme} "), "t0".to_owned()] {
            let refused = world.request(method.clone(), path, &[("authorization", &wrong)], body).await;
            assert_eq!(refused.status, 401, "{path} {wrong}");
        }
    }
    let unauthorized = world.request(Method::POST, "/sandbox/replies", &[], "{}").await;
    assert_eq!(unauthorized.status, 401);
}

#[tokio::test]
async fn without_a_token_only_names_of_this_machine_are_answered() {
    let world = World::start().await;
    for (host, status) in [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("127.0.0.1:4000", 200),
        ("[::1]:4000", 200),
        ("sandbox.example", 421),
        ("127.0.0.1.example", 421),
        ("192.168.0.1", 421),
    ] {
        // The client's own header is the first of two, so the request is sent by hand.
        assert_eq!(status_for_host(&world, host).await, status, "{host}");
    }
}

async fn status_for_host(world: &World, host: &str) -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(world.sandbox.address()).await.unwrap();
    let request = format!("GET /sandbox/messages HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn requests_cannot_choose_where_callbacks_are_sent() {
    let (configured, other) = (Receiver::start().await, Receiver::start().await);
    let route = CallbackRoute::new(ApiName::Twilio, &configured.url("/inbound")).unwrap();
    // Other machines can reach it, so it does not send to this one for them.
    let anywhere = SandboxConfig::new("0.0.0.0:0".parse().unwrap(), secrets()).with_token(secret("t"));
    let sandbox = start(anywhere.with_callbacks(route)).await;
    let client = HttpClient::default();
    let url =
        format!("http://127.0.0.1:{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", sandbox.address().port());
    let url = url.parse().unwrap();
    for (callback, target) in [
        (other.url("/status"), "/inbound"),
        ("http://192.0.2.1/status".to_owned(), "/inbound"),
        ("file:///etc/passwd".to_owned(), "/inbound"),
        (configured.url("/status?message=7"), "/status?message=7"),
    ] {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", "+16001230001").append_pair("From", "1").append_pair("Body", "Hi");
        form.append_pair("StatusCallback", &callback);
        let headers = [("authorization", "Basic QUMxOnQ=".to_owned())];
        let response = client.send(Method::POST, &url, &headers, form.finish()).await.unwrap();
        assert_eq!(response.status, 201);
        sandbox.idle().await;
        assert_eq!(configured.received().last().unwrap().target, target, "{callback}");
    }
    assert!(other.received().is_empty());
}

/// A sandbox that only this machine can reach sends to addresses on it.
#[tokio::test]
async fn requests_name_addresses_on_this_machine() {
    let receiver = Receiver::start().await;
    let sandbox = start(config()).await;
    let port = receiver.url("").rsplit_once(':').unwrap().1.to_owned();
    let url = format!("{}/v23.0/1/messages", sandbox.base_url()).parse().unwrap();
    let body = r#"{"messaging_product":"whatsapp","to":"16001230001","text":{"body":"Hi"}}"#;
    for (named, number) in [
        (receiver.url("/named"), 3),
        (format!("http://localhost:{port}/named"), 3),
        (format!("https://127.0.0.1:{port}/named"), 0),
        ("http://192.0.2.1/named".to_owned(), 0),
        ("http://127.0.0.1.example/named".to_owned(), 0),
        ("named".to_owned(), 0),
    ] {
        let before = receiver.received().len();
        let headers = [("authorization", "Bearer t".to_owned()), ("sandbox-callback-url", named.clone())];
        let response = HttpClient::default().send(Method::POST, &url, &headers, body).await.unwrap();
        assert_eq!(response.status, 200);
        sandbox.idle().await;
        assert_eq!(receiver.received().len() - before, number, "{named}");
    }
    // Replies go there, too.
    let reply = |text: &str| Reply::text(ApiName::Meta, "+16001230001", text).unwrap();
    let answer = sandbox.reply(reply("Hi"));
    assert!(
        matches!(answer, Err(SandboxError::NoCallbackAddress)),
        "the last message named no valid address"
    );
    assert!(sandbox.reply(reply("Hi").to_message(1)).is_ok());
    sandbox.idle().await;
    assert_eq!(receiver.received().len(), 7);
}

/// In the same process, callbacks need no network, and any address is permitted.
#[tokio::test]
async fn callbacks_can_be_passed_to_a_receiver() {
    #[derive(Debug, Default)]
    struct Received(Mutex<Vec<String>>);

    #[async_trait]
    impl CallbackReceiver for Received {
        async fn receive(&self, callback: CallbackRequest) -> Option<u16> {
            assert!(callback.header("x-hub-signature-256").is_some());
            self.0.lock().unwrap().push(callback.url.to_string());
            Some(200)
        }
    }

    let received = Arc::new(Received::default());
    let sandbox = start(config().with_receiver(received.clone())).await;
    let url = format!("{}/v23.0/1/messages", sandbox.base_url()).parse().unwrap();
    let body = r#"{"messaging_product":"whatsapp","to":"16001230001","text":{"body":"Hi"}}"#;
    let named = "https://brand.example/callbacks/x/meta";
    let headers = [("authorization", "Bearer t".to_owned()), ("sandbox-callback-url", named.to_owned())];
    HttpClient::default().send(Method::POST, &url, &headers, body).await.unwrap();
    sandbox.idle().await;
    assert_eq!(*received.0.lock().unwrap(), [named; 3]);
}

#[tokio::test]
async fn callbacks_go_to_the_first_route_of_their_sender() {
    let receiver = Receiver::start().await;
    let route = |path: &str| CallbackRoute::new(ApiName::Meta, &receiver.url(path)).unwrap();
    let config = config().with_callbacks(route("/one").of_sender("1")).with_callbacks(route("/others"));
    let sandbox = start(config).await;
    for (sender, target) in [("1", "/one"), ("2", "/others")] {
        let url = format!("{}/v23.0/{sender}/messages", sandbox.base_url()).parse().unwrap();
        let body = r#"{"messaging_product":"whatsapp","to":"16001230001","text":{"body":"Hi"}}"#;
        let headers = [("authorization", "Bearer t".to_owned())];
        HttpClient::default().send(Method::POST, &url, &headers, body).await.unwrap();
        sandbox.idle().await;
        assert_eq!(receiver.received().last().unwrap().target, target);
    }
}

#[test]
fn callback_urls_are_checked() {
    for url in
        ["https://a.example/", "ftp://a.example/", "http://u:p@a.example/", "http://a.example/#x", "x", ""]
    {
        let rejected = CallbackRoute::new(ApiName::Meta, url);
        assert!(matches!(rejected, Err(SandboxError::CallbackUrl { .. })), "{url}");
    }
    assert!(CallbackRoute::new(ApiName::Meta, "http://127.0.0.1:8080/callbacks/x").is_ok());
}

#[test]
fn secrets_are_not_in_debug_output() {
    let debug = format!("{:?}", config().with_token(secret("t0")));
    for secret in ["t0", "app secret", "auth token", "client token"] {
        assert!(!debug.contains(&format!("\"{secret}\"")), "{debug}");
    }
}

#[tokio::test]
async fn a_dropped_sandbox_stops_listening() {
    let sandbox = start(config()).await;
    let address = sandbox.address();
    drop(sandbox);
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it still listens");
}
