//! The service with a new database. Tests call its router directly, without a network.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use outbound_app::{App, AppParts, CacheSettings, CampaignTimes, NewUser, NoProviders, NoWebhooks};
use outbound_auth::{InstallationKey, Secret};
use outbound_http::{Edge, EdgeOptions, Guarded, HttpLimits, Rate};
use outbound_model::Role;
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::specification;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse";

/// A clock that does not advance by itself.
fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::starting_at("2016-09-22T16:30:00Z".parse().unwrap()))
}

pub(crate) struct Service {
    pub(crate) app: App,
    /// The clock of the app.
    pub(crate) clock: Arc<ManualClock>,
    router: Guarded,
    _folder: Option<TempDir>,
}

/// A response, with its body as JSON (`null` if the body is not JSON).
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn edge(limits: HttpLimits, rate: Option<Rate>) -> Edge {
    Edge::new(EdgeOptions {
        limits,
        rate,
        trusted_proxies: Vec::new(),
        clock: clock(),
        generator: Arc::new(SequenceGenerator::default()),
    })
}

impl Service {
    /// Creates a service with the account `12345678` and the public address `url`.
    pub(crate) async fn at(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
        let service =
            Self::with_database(&database, &Options::default(), CacheSettings::default(), url).await;
        Self { _folder: Some(folder), ..service }
    }

    /// The same with a database that the test provides.
    pub(crate) async fn with_database(
        database: &str,
        options: &Options,
        caches: CacheSettings,
        url: &str,
    ) -> Self {
        let store = SqlStore::open(database, options).await.unwrap();
        store.migrate().await.unwrap();
        let clock = clock();
        let app = App::new(AppParts {
            store: Arc::new(store),
            clock: clock.clone(),
            generator: Arc::new(SequenceGenerator::default()),
            installation: InstallationKey::from_hex(&"07".repeat(32)).unwrap(),
            caches,
            public_urls: vec![url.parse().unwrap()],
            service_hosts: Vec::new(),
            webhook_sender: Arc::new(NoWebhooks),
            provider_sender: Arc::new(NoProviders),
            campaign_times: CampaignTimes::default(),
            reports_sandbox: true,
        });
        app.create_account("12345678".parse().unwrap()).await.unwrap();
        app.maintain_signing_keys().await.unwrap();
        let router = outbound_http::router(app.clone(), &edge(HttpLimits::default(), None));
        Self { app, clock, router, _folder: None }
    }

    /// Limits the time for a request body.
    pub(crate) fn with_body_timeout(self, body: Duration) -> Self {
        self.with_limits(HttpLimits { body, ..HttpLimits::default() })
    }

    pub(crate) fn with_limits(self, limits: HttpLimits) -> Self {
        let edge = edge(limits, None);
        Self { router: outbound_http::router(self.app.clone(), &edge), ..self }
    }

    /// Limits each account and address to one request per second, with `burst` at once.
    pub(crate) fn with_burst(self, burst: u32) -> Self {
        let rate = Rate { per_second: NonZeroU32::MIN, burst: burst.try_into().unwrap() };
        let edge = edge(HttpLimits::default(), Some(rate));
        Self { router: outbound_http::router(self.app.clone(), &edge), ..self }
    }

    /// Creates a user with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str, role: Role) {
        let new = NewUser { name: name.parse().unwrap(), role, password: Secret::new(PASSWORD) };
        let account = "12345678".parse().unwrap();
        self.app.create_user(&self.app.operator(&account), new).await.unwrap();
    }

    pub(crate) async fn call(&self, mut request: Request<Body>) -> Response {
        request.headers_mut().insert("host", HeaderValue::from_static("localhost"));
        let (method, target) = (request.method().to_string(), request.uri().to_string());
        let response = self.router.handle(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let json = serde_json::from_slice(&body).unwrap_or_default();
        let response = Response { status: parts.status, headers: parts.headers, body: json };
        let (status, media_type) = (response.status.as_u16(), response.header("content-type"));
        assert_eq!(
            specification::fault(&method, &target, status, media_type, &body),
            None,
            "{method} {target}: {response:?}"
        );
        response
    }

    /// Posts `body` as JSON to a path of the account.
    pub(crate) async fn post(&self, path: &str, cookie: &str, body: &str) -> Response {
        let request = Request::post(format!("/api/account/12345678/{path}"))
            .header("content-type", "application/json")
            .header("cookie", cookie)
            .body(Body::from(body.to_owned()));
        self.call(request.unwrap()).await
    }

    pub(crate) async fn log_in(&self, name: &str, password: &str) -> Response {
        let body = serde_json::json!({ "username": name, "password": password });
        self.post("login?v=1.3", "", &body.to_string()).await
    }
}
