//! HTTP client for the mirrored service: requests tokens and pages of its published list.

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

use super::retry::RequestError;
use crate::arguments::Mirror;
use crate::error::CliError;

const FETCH_TIMEOUT: Duration = Duration::from_mins(1);
/// Maximum size of a page. A thousand handoffs are much smaller.
const MAX_PAGE_BYTES: u64 = 64 << 20;
const MAX_SECRET_BYTES: u64 = 4096;
const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// The mirrored service and the credentials for it.
pub(super) struct Source {
    agent: Agent,
    list_url: String,
    token_url: String,
    client_id: ClientId,
    secret: Secret,
    token: Option<String>,
    pub(super) page_size: u32,
}

/// The response to a request for a page.
pub(super) enum SourcePage {
    /// The page still has the tag.
    Unchanged,
    /// The JSON of the page, the length of the whole list, and the entity tag.
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
            list_url: format!("{from}/api/account/{account}/app/prmsg/handoffs/list"),
            token_url: token_url(base(token_from, "--token-from")?, account),
            client_id: mirror.client_id.clone(),
            secret: secret(&mirror.client_secret_file)?,
            token: None,
            page_size: mirror.page_size,
        })
    }

    /// The URL of the list.
    pub(super) fn url(&self) -> &str {
        &self.list_url
    }

    /// Requests the page that begins at `offset`, unless it still has the tag.
    pub(super) fn page(&mut self, offset: u64, tag: Option<&str>) -> Result<SourcePage, RequestError> {
        let is_token_reused = self.token.is_some();
        let token = match self.token.take() {
            Some(token) => token,
            None => self.request_token()?,
        };
        let url = format!("{}?v=1&limit={}&offset={offset}", self.list_url, self.page_size);
        let mut request = self.agent.get(url).header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(tag) = tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let result = request.call();
        let is_unauthorized = |response: &Response<Body>| response.status() == StatusCode::UNAUTHORIZED;
        if is_token_reused && result.as_ref().is_ok_and(is_unauthorized) {
            // The token has probably expired. With a new token, 401 is final.
            return self.page(offset, tag);
        }
        self.token = Some(token);
        let mut response = successful(result)?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(SourcePage::Unchanged);
        }
        let text = |name: &HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (total, tag) = (text(&TOTAL_COUNT).and_then(|total| total.parse().ok()), text(&header::ETAG));
        let json = response.body_mut().with_config().limit(MAX_PAGE_BYTES).read_to_vec().map_err(failed)?;
        Ok(SourcePage::Content { json, total, tag })
    }

    fn request_token(&self) -> Result<String, RequestError> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.secret.expose()),
        ];
        let mut response = successful(self.agent.post(&self.token_url).send_form(form))?;
        let text = response.body_mut().read_to_string().map_err(failed)?;
        // The message of serde_json is dropped, because it could contain the token.
        let token: Result<Token, _> = serde_json::from_str(&text);
        token
            .map(|token| token.access_token)
            .map_err(|_| RequestError::Final(format!("the response of {} contains no token", self.token_url)))
    }
}

fn token_url(base: &str, account: &AccountId) -> String {
    format!("{base}/sentinel/api/account/{account}/app/token?v=1.0")
}

fn base<'u>(url: &'u str, option: &str) -> Result<&'u str, CliError> {
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(url.trim_end_matches('/'));
    }
    Err(CliError::Settings(format!(
        "{option}: {url} is not an http or https URL; use one such as https://va.handoff.example"
    )))
}

/// Reads the secret, without a newline at the end.
fn secret(path: &Path) -> Result<Secret, CliError> {
    let mut text = String::new();
    if path == Path::new("-") {
        let read = std::io::stdin().lock().take(MAX_SECRET_BYTES).read_to_string(&mut text);
        read.map_err(CliError::Input)?;
    } else {
        text = fs::read_to_string(path).map_err(|error| CliError::File { path: path.to_owned(), error })?;
    }
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(CliError::Settings("--client-secret-file: the secret is empty".to_owned())),
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
        // A redirect could send the token to another host.
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
        return Err(CliError::Settings(format!("--ca-file: {} contains no certificate", path.display())));
    }
    Ok(certificates)
}

/// Returns responses with status 2xx or 304, and errors for all others.
fn successful(result: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, RequestError> {
    let mut response = result.map_err(failed)?;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return Ok(response);
    }
    let wait = retry_after(response.headers());
    let problem = match message(&mut response) {
        Some(message) => format!("{status}: {message}"),
        None => status.to_string(),
    };
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS => RequestError::Throttled { wait, problem },
        status if status.is_server_error() => RequestError::Failed { wait, problem },
        _ => RequestError::Final(problem),
    })
}

/// Converts an error of the client. A page that is too large would still be too large after a retry.
fn failed(error: ureq::Error) -> RequestError {
    match error {
        ureq::Error::BodyExceedsLimit(limit) => {
            let megabytes = limit >> 20;
            RequestError::Final(format!("the page is larger than {megabytes} MiB; use a smaller --page-size"))
        }
        other => RequestError::Failed { wait: None, problem: other.to_string() },
    }
}

/// `Retry-After` in seconds. Dates are ignored.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// The message of an error response, in this API's format or that of OAuth.
fn message(response: &mut Response<Body>) -> Option<String> {
    let text = response.body_mut().with_config().limit(64 << 10).read_to_string().ok()?;
    let body: serde_json::Value = serde_json::from_str(&text).ok()?;
    let message = body.get("message").or_else(|| body.get("error_description"))?;
    message.as_str().map(str::to_owned)
}
