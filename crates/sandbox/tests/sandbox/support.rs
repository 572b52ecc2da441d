//! A sandbox with a virtual clock, a receiver of callbacks, and requests that the connectors build.

use std::sync::{Arc, Mutex};

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use http::{HeaderMap, Method, StatusCode};
use outbound_auth::{Secret, WebhookSecret};
use outbound_connectors::relay::RelayMessage;
use outbound_connectors::{
    BaseUrl, Callback, CallbackEvent, Content, Outcome, OutgoingMessage, ProviderRequest, ProviderResponse,
    StatusEvent, meta, rbm, relay, twilio,
};
use outbound_model::testing::SequenceGenerator;
use outbound_model::{Channel, from_json_str};
use outbound_reporting::{Address, Text};
use outbound_sandbox::{
    ApiName, CallbackRoute, HttpClient, HttpClientError, HttpResponse, LedgerEntry, LedgerFilter,
    RunningSandbox, Sandbox, SandboxClock, SandboxConfig, SigningSecrets, VirtualClock,
};
use tokio::net::TcpListener;
use url::Url;

pub(crate) const PHONE_ID: &str = "106540352242922";
pub(crate) const NUMBER: &str = "+14155550100";
pub(crate) const AGENT: &str = "shop@rbm.goog";
pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text)
}

pub(crate) fn secrets() -> SigningSecrets {
    let [meta, twilio, rbm, relay] = ["app secret", "auth token", "client token", "relay token"].map(secret);
    SigningSecrets { meta, twilio, rbm, relay }
}

pub(crate) fn config() -> SandboxConfig {
    SandboxConfig::new("127.0.0.1:0".parse().unwrap(), secrets())
}

pub(crate) fn clock() -> VirtualClock {
    VirtualClock::starting_at("2026-11-28T10:00:00Z".parse().unwrap())
}

pub(crate) async fn start(config: SandboxConfig) -> RunningSandbox {
    Sandbox::start(config, Arc::new(clock()), Arc::new(SequenceGenerator::default())).await.unwrap()
}

/// A request that the receiver got.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Receives callbacks.
pub(crate) struct Receiver {
    base: String,
    state: Arc<ReceiverState>,
}

#[derive(Default)]
struct ReceiverState {
    received: Mutex<Vec<Received>>,
    /// The statuses of the next responses; 200 if there is none.
    statuses: Mutex<Vec<u16>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(ReceiverState::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(receive).with_state(state.clone());
        tokio::spawn(async move {
            let mut connections = Vec::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = hyper_util::service::TowerToHyperService::new(router.clone());
                connections.push(tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(hyper_util::rt::TokioIo::new(stream), service),
                ));
            }
        });
        Self { base, state }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Answers the next callbacks with these statuses.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.state.statuses.lock().unwrap().extend(statuses.iter().rev());
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }
}

async fn receive(State(state): State<Arc<ReceiverState>>, request: Request) -> StatusCode {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let received = Received { target: head.uri.to_string(), headers: head.headers, body };
    state.received.lock().unwrap().push(received);
    let status = state.statuses.lock().unwrap().pop().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}

/// A sandbox with a receiver for all APIs.
pub(crate) struct World {
    pub(crate) sandbox: RunningSandbox,
    pub(crate) receiver: Receiver,
    pub(crate) client: HttpClient,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|config| config).await
    }

    pub(crate) async fn with(change: impl FnOnce(SandboxConfig) -> SandboxConfig) -> Self {
        let receiver = Receiver::start().await;
        let route = |api, path: &str| CallbackRoute::new(api, &receiver.url(path)).unwrap();
        let config = config()
            .with_callbacks(route(ApiName::Meta, "/callbacks/meta"))
            .with_callbacks(route(ApiName::Twilio, "/callbacks/twilio"))
            .with_callbacks(route(ApiName::Rbm, "/callbacks/rbm"))
            .with_callbacks(route(ApiName::Relay, "/callbacks/relay"));
        let sandbox = start(change(config)).await;
        Self { sandbox, receiver, client: HttpClient::default() }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.sandbox.base_url()).parse().unwrap()
    }

    fn base_url(&self) -> BaseUrl {
        self.sandbox.base_url().parse().unwrap()
    }

    pub(crate) async fn request(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> HttpResponse {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.client.send(method, &self.url(path), &headers, body.to_owned()).await.unwrap()
    }

    pub(crate) async fn send(&self, request: &ProviderRequest) -> Result<HttpResponse, HttpClientError> {
        self.client.send(Method::POST, request.url(), request.headers(), request.body().to_vec()).await
    }

    /// Sends a message with the connector of an API; `None` if there is no response.
    pub(crate) async fn message(&self, api: ApiName, message: &OutgoingMessage) -> Option<Outcome> {
        let token = || secret("any");
        let request = match api {
            ApiName::Meta => {
                let connection = meta::Connection::new(self.base_url(), "v23.0", PHONE_ID, token());
                meta::request(&connection.unwrap(), message)
            }
            ApiName::Twilio => {
                let sender = twilio::Sender::Sms(NUMBER.to_owned());
                let callback = self.receiver.url("/callbacks/twilio").parse().unwrap();
                let user = (ACCOUNT, token());
                let connection = twilio::Connection::new(self.base_url(), ACCOUNT, user, sender, callback);
                twilio::request(&connection.unwrap(), message)
            }
            ApiName::Rbm => {
                rbm::request(&rbm::Connection::new(self.base_url(), AGENT, token()).unwrap(), message)
            }
            ApiName::Relay => Ok(self.relayed(message, &relay_channel(), &secret("relay token"))),
        };
        let response = self.send(&request.unwrap()).await.ok()?;
        let retry_after = response.headers.get("retry-after").map(|value| value.to_str().unwrap());
        let response = ProviderResponse::new(response.status, retry_after, &response.body);
        Some(match api {
            ApiName::Meta => meta::outcome(response),
            ApiName::Twilio => twilio::outcome(response),
            ApiName::Rbm => rbm::outcome(&message.id, response),
            ApiName::Relay => relay::outcome(&message.id, response),
        })
    }

    /// The request that sends a message through the relay.
    pub(crate) fn relayed(
        &self,
        message: &OutgoingMessage,
        channel: &Channel,
        token: &Secret,
    ) -> ProviderRequest {
        let recipient = Text::new("address", message.recipient.as_str().to_owned()).unwrap();
        let (account, recipient) = ("12345678".parse().unwrap(), Address::new(recipient));
        let values = outbound_render::Values::default();
        let message = RelayMessage::fill(message.id, account, recipient, channel, &values).unwrap();
        let secret = WebhookSecret::derive(token);
        let connection = relay::Connection::new(self.base_url().below("relay"), secret, None);
        relay::request(&connection, &message, clock().now())
    }

    /// Sends a message and waits for all callbacks.
    pub(crate) async fn text(&self, api: ApiName, phone: &str) -> Option<Outcome> {
        let outcome = self.message(api, &text(phone)).await;
        self.sandbox.idle().await;
        outcome
    }

    /// The events of all callbacks, read by the connectors; `None` for each that is not accepted.
    pub(crate) fn callbacks(&self) -> Vec<Option<Callback>> {
        self.receiver.received().iter().map(|received| self.read(received)).collect()
    }

    fn read(&self, received: &Received) -> Option<Callback> {
        let SigningSecrets { meta, twilio, rbm, relay } = secrets();
        let path = received.target.split('?').next().unwrap();
        match path {
            "/callbacks/meta" => {
                meta::callback(&meta, received.header("x-hub-signature-256"), &received.body).ok()
            }
            "/callbacks/twilio" => {
                let url = self.receiver.url(&received.target);
                twilio::callback(&twilio, received.header("x-twilio-signature"), &url, &received.body).ok()
            }
            "/callbacks/rbm" => {
                match rbm::callback(&rbm, received.header("x-goog-signature"), &received.body).ok()? {
                    rbm::RbmCallback::Events(callback) => Some(callback),
                    set_up @ rbm::RbmCallback::SetUp(_) => panic!("{set_up:?}"),
                }
            }
            "/callbacks/relay" => {
                let header = |name| received.header(name).unwrap();
                let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
                let signature = format!("{id} {timestamp} {}", header("webhook-signature"));
                let secret = WebhookSecret::derive(&relay);
                relay::callback(&secret, Some(&signature), &received.body, clock().now()).ok()
            }
            other => panic!("{other}"),
        }
    }

    /// All events, in the order in which they were received.
    pub(crate) fn events(&self) -> Vec<CallbackEvent> {
        self.callbacks()
            .into_iter()
            .flat_map(|callback| callback.expect("a wrong signature").events)
            .collect()
    }

    /// The steps of all statuses: `sent`, `delivered`, `read`, or the key of an error.
    pub(crate) fn steps(&self) -> Vec<String> {
        self.events().iter().map(step).collect()
    }

    pub(crate) fn ledger(&self) -> Vec<LedgerEntry> {
        self.sandbox.messages(&LedgerFilter::default(), 1000)
    }
}

pub(crate) fn step(event: &CallbackEvent) -> String {
    use outbound_connectors::DeliveryStep::{Delivered, Failed, Read, Sent};
    match event {
        CallbackEvent::Status(StatusEvent { step, .. }) => match step {
            Sent => "sent".to_owned(),
            Delivered => "delivered".to_owned(),
            Read => "read".to_owned(),
            Failed { error, .. } => error.to_string(),
        },
        CallbackEvent::Inbound(message) => format!("{:?}", message.keyword),
        CallbackEvent::Preference(change) => format!("{:?}", change.preference),
    }
}

/// An in-app message.
pub(crate) fn relay_channel() -> Channel {
    let json = r#"{"type":"inapp","appNames":["shop"],"messageComponents":[
        {"type":"text","notificationTitle":"Tea","notificationMessage":"It is ready.","messageText":"Your tea is ready."},
        {"type":"image","url":"https://shop.example/tea.png"}]}"#;
    from_json_str(json).unwrap()
}

/// A message with an id that follows from the phone.
pub(crate) fn text(phone: &str) -> OutgoingMessage {
    let digits: u128 = phone.trim_start_matches('+').parse().unwrap();
    let id = outbound_reporting::TransactionId::from_bytes(digits.to_be_bytes());
    OutgoingMessage {
        id,
        recipient: phone.parse().unwrap(),
        content: Content::Text("Hi".to_owned()),
        valid_for: None,
    }
}
