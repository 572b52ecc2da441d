//! The service that is mirrored: its token endpoint and its list, page by page.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use outbound_auth::Secret;
use outbound_model::{AccountId, ClientId};
use serde::Deserialize;
use ureq::http::{HeaderMap, HeaderName, Response, StatusCode, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::retry::Trouble;
use crate::arguments::Mirror;
use crate::error::CliError;

/// A request that takes longer has failed.
const FETCH_TIMEOUT: Duration = Duration::from_mins(1);
/// The most bytes of a page: a thousand handoffs are far smaller.
const MAX_BYTES: u64 = 64 << 20;
/// The most bytes of a client's secret.
const MAX_SECRET_BYTES: u64 = 4096;
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// The service and what it lets us in with.
pub(super) struct Source {
    agent: Agent,
    list: String,
    tokens: String,
    client_id: ClientId,
    secret: Secret,
    token: Option<String>,
    pub(super) page_size: u32,
}

/// What the service answers for a page.
pub(super) enum Page {
    /// It is as its tag says.
    Unchanged,
    /// Its JSON; how many handoffs the whole list has, if it says so; its tag, if it has one.
    Content { json: Vec<u8>, total: Option<u64>, tag: Option<String> },
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

impl Source {
    pub(super) fn new(mirror: &Mirror) -> Result<Self, CliError> {
        let account = mirror.from_account.as_ref().unwrap_or(&mirror.account.account);
        let from = base(&mirror.from, "--from")?;
        let token_from = mirror.token_from.as_deref().unwrap_or(&mirror.from);
        Ok(Self {
            agent: agent(mirror.ca_file.as_deref())?,
            list: format!("{from}/api/account/{account}/app/prmsg/handoffs/list"),
            tokens: token_url(base(token_from, "--token-from")?, account),
            client_id: mirror.client_id.clone(),
            secret: secret(&mirror.client_secret_file)?,
            token: None,
            page_size: mirror.page_size,
        })
    }

    /// Where the list stands.
    pub(super) fn url(&self) -> &str {
        &self.list
    }

    /// The page that begins at `offset`, unless it still has the tag.
    pub(super) fn page(&mut self, offset: u64, tag: Option<&str>) -> Result<Page, Trouble> {
        let renewable = self.token.is_some();
        let token = match self.token.take() {
            Some(token) => token,
            None => self.ask_for_token()?,
        };
        let url = format!("{}?v=1&limit={}&offset={offset}", self.list, self.page_size);
        let mut request = self.agent.get(url).header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(tag) = tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let answer = request.call();
        if renewable && answer.as_ref().is_ok_and(|answer| answer.status() == StatusCode::UNAUTHORIZED) {
            // It has expired; a new one is told whether it is welcome.
            return self.page(offset, tag);
        }
        self.token = Some(token);
        let mut answer = good(answer)?;
        if answer.status() == StatusCode::NOT_MODIFIED {
            return Ok(Page::Unchanged);
        }
        let text = |name: &HeaderName| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        let (total, tag) = (text(&TOTAL).and_then(|total| total.parse().ok()), text(&header::ETAG));
        let json = answer.body_mut().with_config().limit(MAX_BYTES).read_to_vec().map_err(failed)?;
        Ok(Page::Content { json, total, tag })
    }

    fn ask_for_token(&self) -> Result<String, Trouble> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.secret.expose()),
        ];
        let mut answer = good(self.agent.post(&self.tokens).send_form(form))?;
        let text = answer.body_mut().read_to_string().map_err(failed)?;
        // The error's own words could repeat the token.
        let token: Result<Token, _> = serde_json::from_str(&text);
        token
            .map(|token| token.access_token)
            .map_err(|_| Trouble::Final(format!("{} gives no token", self.tokens)))
    }
}

fn token_url(base: &str, account: &AccountId) -> String {
    format!("{base}/sentinel/api/account/{account}/app/token?v=1.0")
}

fn base<'u>(url: &'u str, option: &str) -> Result<&'u str, CliError> {
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(url.trim_end_matches('/'));
    }
    Err(CliError::Settings(format!("{option}: expected an address such as https://va.handoff.example")))
}

/// The whole file but a newline at its end.
fn secret(path: &Path) -> Result<Secret, CliError> {
    let mut text = String::new();
    if path == Path::new("-") {
        let read = std::io::stdin().lock().take(MAX_SECRET_BYTES).read_to_string(&mut text);
        read.map_err(CliError::Input)?;
    } else {
        text = fs::read_to_string(path).map_err(|error| CliError::File { path: path.to_owned(), error })?;
    }
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(CliError::Settings("the client's secret is empty; see --client-secret-file".to_owned())),
        secret => Ok(Secret::new(secret)),
    }
}

fn agent(ca_file: Option<&Path>) -> Result<Agent, CliError> {
    let roots = match ca_file {
        None => RootCerts::WebPki,
        Some(path) => RootCerts::from(certificates(path)?),
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build();
    let config = Agent::config_builder()
        .timeout_global(Some(FETCH_TIMEOUT))
        .http_status_as_error(false)
        // A token must not follow a redirect to another host.
        .max_redirects(0)
        .user_agent(concat!("outbound-mirror/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls);
    Ok(config.build().into())
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, CliError> {
    let pem = fs::read(path).map_err(|error| CliError::File { path: path.to_owned(), error })?;
    let certificates: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(CliError::Settings(format!("--ca-file: {} holds no certificate", path.display())));
    }
    Ok(certificates)
}

/// An answer that is one: 2xx or 304.
fn good(answer: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, Trouble> {
    let mut answer = answer.map_err(failed)?;
    let status = answer.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return Ok(answer);
    }
    let wait = wait(answer.headers());
    let why = match message(&mut answer) {
        Some(message) => format!("{status}: {message}"),
        None => status.to_string(),
    };
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS => Trouble::Refused { wait, why },
        status if status.is_server_error() => Trouble::Failed { wait, why },
        _ => Trouble::Final(why),
    })
}

/// A page that is too long is so the next time, too.
fn failed(error: ureq::Error) -> Trouble {
    match error {
        ureq::Error::BodyExceedsLimit(limit) => {
            Trouble::Final(format!("the page is longer than {} MiB", limit >> 20))
        }
        other => Trouble::Failed { wait: None, why: other.to_string() },
    }
}

/// `Retry-After` in seconds; as a date it is passed over.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// The sentence of an error in our shape, or in OAuth's.
fn message(answer: &mut Response<Body>) -> Option<String> {
    let text = answer.body_mut().with_config().limit(64 << 10).read_to_string().ok()?;
    let body: serde_json::Value = serde_json::from_str(&text).ok()?;
    let sentence = body.get("message").or_else(|| body.get("error_description"))?;
    sentence.as_str().map(str::to_owned)
}
