//! The whole service over a fresh database, and browsers that keep their cookies, without a network.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use outbound_app::{App, AppParts, CacheSettings, CampaignTimes, NewUser, NoProviders, NoWebhooks};
use outbound_auth::{InstallationKey, Secret};
use outbound_http::{Edge, EdgeOptions, Guarded, HttpLimits};
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_model::{HandoffId, Role};
use outbound_store_sql::{Options, SqlStore};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const ACCOUNT: &str = "12345678";
/// The only handoff of [`Service::handoff`] breaks no rule.
const HANDOFF: &str = r#"{"id":"H000000000000001","name":"Greeting","lookbackPeriodDay":1,"lookbackPeriodHour":0,
    "routeAllWithinLookback":true,"createdAt":"2022-10-01T08:00:00.000Z","updatedAt":"2022-10-01T08:00:00.000Z",
    "channels":[{"type":"sms-twilio","language":"en","outboundnumber":"+14156586515",
    "messageComponents":[{"type":"body","content":"Good morning from all of us","optOut":"Reply STOP to opt out."}]}]}"#;

pub(crate) struct Service {
    pub(crate) app: App,
    pub(crate) store: Arc<SqlStore>,
    routes: Guarded,
    clock: ManualClock,
    _folder: TempDir,
}

fn routes(app: &App, clock: &ManualClock, limits: HttpLimits) -> Guarded {
    let edge = Edge::new(EdgeOptions {
        limits,
        rate: None,
        trusted_proxies: Vec::new(),
        clock: Arc::new(clock.clone()),
        generator: Arc::<SequenceGenerator>::default(),
    });
    outbound_http::router_with_pages(app.clone(), &edge, outbound_web::pages(app.clone()))
}

impl Service {
    /// With [`ACCOUNT`], which has no users.
    pub(crate) async fn new() -> Self {
        Self::at("http://localhost:8080").await
    }

    pub(crate) async fn at(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
        let store = SqlStore::open(&database, &Options::default()).await.unwrap();
        store.migrate().await.unwrap();
        let store = Arc::new(store);
        let clock = ManualClock::starting_at("2016-09-22T16:30:00Z".parse().unwrap());
        let generator = Arc::<SequenceGenerator>::default();
        let app = App::new(AppParts {
            store: store.clone(),
            clock: Arc::new(clock.clone()),
            generator,
            installation: InstallationKey::from_hex(&"07".repeat(32)).unwrap(),
            caches: CacheSettings::default(),
            public_urls: vec![url.parse().unwrap()],
            service_hosts: Vec::new(),
            webhook_sender: Arc::new(NoWebhooks),
            provider_sender: Arc::new(NoProviders),
            campaign_times: CampaignTimes::default(),
            reports_sandbox: true,
        });
        app.create_account(ACCOUNT.parse().unwrap()).await.unwrap();
        let routes = routes(&app, &clock, HttpLimits::default());
        Self { app, store, routes, clock, _folder: folder }
    }

    pub(crate) fn with_limits(self, limits: HttpLimits) -> Self {
        Self { routes: routes(&self.app, &self.clock, limits), ..self }
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(Duration::from_secs(seconds.try_into().unwrap()));
    }

    /// Makes a user of [`ACCOUNT`] with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str, role: Role) {
        self.user_of(ACCOUNT, name, role).await;
    }

    pub(crate) async fn user_of(&self, account: &str, name: &str, role: Role) {
        let new = NewUser { name: name.parse().unwrap(), role, password: Secret::new(PASSWORD) };
        self.app.create_user(&self.app.operator(&account.parse().unwrap()), new).await.unwrap();
    }

    /// A browser without a session.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { service: self, cookies: BTreeMap::new(), csrf: String::new() }
    }

    /// A user of this role, made and logged in.
    pub(crate) async fn logged_in(&self, role: Role) -> Browser<'_> {
        self.user(role.as_str(), role).await;
        let mut browser = self.browser();
        let page = browser.log_in(role.as_str(), PASSWORD).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{page:?}");
        browser
    }

    /// A draft without findings.
    pub(crate) async fn handoff(&self) -> HandoffId {
        let draft = self.app.read_draft(HANDOFF.as_bytes()).unwrap();
        let grant = self.app.operator(&ACCOUNT.parse().unwrap());
        self.app.create_draft(&grant, draft, None, None).await.unwrap().handoff.stored.id
    }

    /// The right to read drafts of [`ACCOUNT`], and whatever else.
    pub(crate) fn grant<R: outbound_app::Right>(&self) -> outbound_app::Grant<R> {
        self.app.operator(&ACCOUNT.parse().unwrap())
    }

    /// The newest version of a handoff, as a file holds it.
    pub(crate) async fn stored(&self, id: &HandoffId) -> outbound_app::StoredHandoff {
        self.app.draft(&self.app.operator(&ACCOUNT.parse().unwrap()), id).await.unwrap()
    }
}

/// An response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn says(&self, status: u16, words: &str) {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert!(self.html.contains(words), "{self:?} does not say: {words}");
    }

    /// The value of the first input of this name.
    pub(crate) fn value(&self, name: &str) -> String {
        let from = format!("name=\"{name}\" value=\"");
        let rest = self.html.split_once(&from).map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap().to_owned()
    }

    /// Every input and text of the page's form, as a browser would send them without a change.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let form = self.html.split_once("class=\"editor-form\"").map_or(&*self.html, |(_, form)| form);
        let form = form.split("</form>").next().unwrap();
        let mut fields = Vec::new();
        for tag in form.split('<').skip(1) {
            let (tag, text) = tag.split_once('>').unwrap();
            let value =
                |name: &str| Some(tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?.to_owned());
            let is_box = value("type").as_deref() == Some("checkbox");
            let sent = match tag.split(' ').next().unwrap() {
                "input" if is_box && !tag.contains(" checked") => None,
                "input" if is_box => Some(value("value").unwrap_or_else(|| "on".to_owned())),
                "input" => Some(value("value").unwrap_or_default()),
                "textarea" => Some(text.strip_prefix('\n').unwrap_or(text).to_owned()),
                "select" => selected(form, &value("name").unwrap_or_default()),
                _ => None,
            };
            if let (Some(name), Some(sent)) = (value("name"), sent) {
                fields.push((name, unescaped(&sent)));
            }
        }
        fields
    }
}

/// The chosen option of a select, or its first.
fn selected(form: &str, name: &str) -> Option<String> {
    let select = form.split_once(&format!(" name=\"{name}\""))?.1.split("</select>").next()?;
    let options: Vec<_> = select.split("<option").skip(1).collect();
    let chosen = options.iter().find(|option| option.split('>').next().unwrap().contains(" selected"));
    let value = chosen.or(options.first())?.split_once("value=\"")?.1.split('"').next()?;
    Some(value.to_owned())
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// A browser with its cookies, and the token of its session's forms.
pub(crate) struct Browser<'s> {
    pub(crate) service: &'s Service,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) csrf: String,
}

impl Browser<'_> {
    pub(crate) async fn get(&mut self, path: &str) -> Response {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Posts a form with the session's token.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.csrf.clone();
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post_as_is(path, &fields, &[]).await
    }

    /// Posts just these fields, with more headers.
    pub(crate) async fn post_as_is(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&'static str, &'static str)],
    ) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(path).body(Body::from(body)).unwrap();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert("content-type", form);
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_static(value));
        }
        self.send(request).await
    }

    pub(crate) async fn log_in(&mut self, name: &str, password: &str) -> Response {
        self.log_in_to(ACCOUNT, name, password).await
    }

    pub(crate) async fn log_in_to(&mut self, account: &str, name: &str, password: &str) -> Response {
        let fields = [("account", account), ("username", name), ("password", password)];
        let page = self.post_as_is("/login", &fields, &[]).await;
        self.csrf = self.get("/password").await.value("csrf");
        page
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Response {
        let (parts, body) = self.open(request).await.into_parts();
        let html = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Response { status: parts.status, headers: parts.headers, html }
    }

    /// Sends a request, and returns the response before its body is read.
    pub(crate) async fn open(&mut self, mut request: Request<Body>) -> axum::response::Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = request.headers_mut();
        headers.insert("host", HeaderValue::from_static("localhost:8080"));
        headers.entry("accept").or_insert(HeaderValue::from_static("text/html,*/*;q=0.8"));
        headers.insert("cookie", cookies.join("; ").parse().unwrap());
        let response = self.service.routes.handle(request).await;
        for line in response.headers().get_all("set-cookie") {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }
}
