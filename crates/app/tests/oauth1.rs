//! Authorization with OAuth 1.0 API keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_app::{
    AccessError, App, AppError, AppParts, CacheSettings, CampaignTimes, Credential, Grant, NewApiKey,
    NoProviders, NoWebhooks, Quota, ReadHandoffs, Right, WriteHandoffs,
};
use outbound_auth::{InstallationKey, OAuth1Error, OAuth1Request, oauth1_signing_key};
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_model::{AccountId, AppKey, AuditAction, Timestamp};
use outbound_store_sql::{Options, SqlStore};
use tempfile::TempDir;

const NOW: i64 = 1_800_000_000;

/// The accounts A and B, and a key of A.
struct Installation {
    app: App,
    clock: ManualClock,
    key: NewApiKey,
    folder: TempDir,
}

async fn open(folder: &TempDir, clock: &ManualClock) -> App {
    let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let store = SqlStore::open(&url, &Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    App::new(AppParts {
        store: Arc::new(store),
        clock: Arc::new(clock.clone()),
        generator: Arc::new(SequenceGenerator::default()),
        installation: InstallationKey::from_hex(&"7".repeat(64)).unwrap(),
        caches: CacheSettings::default(),
        public_urls: vec!["https://outbound.example".parse().unwrap()],
        service_hosts: Vec::new(),
        webhook_sender: Arc::new(NoWebhooks),
        provider_sender: Arc::new(NoProviders),
        campaign_times: CampaignTimes::default(),
        reports_sandbox: true,
    })
}

async fn installation() -> Installation {
    let (folder, clock) =
        (tempfile::tempdir().unwrap(), ManualClock::starting_at(Timestamp::EPOCH.plus_seconds(NOW)));
    let app = open(&folder, &clock).await;
    app.create_account(account("A")).await.unwrap();
    app.create_account(account("B")).await.unwrap();
    let key = app.create_api_key(&app.operator(&account("A")), "test").await.unwrap();
    Installation { app, clock, key, folder }
}

fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

fn signed(key: &NewApiKey, nonce: &str, timestamp: i64) -> Credential {
    let parameters = format!(
        "oauth_consumer_key={}&oauth_nonce={nonce}&oauth_signature_method=HMAC-SHA256&oauth_timestamp={timestamp}\
         &oauth_token={}&v=1",
        key.app_key, key.access_token
    );
    let encoded = parameters.replace('=', "%3D").replace('&', "%26");
    let base = format!("GET&https%3A%2F%2Foutbound.example%2Flist&{encoded}");
    let secrets = oauth1_signing_key(&key.secret, &key.access_token_secret);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secrets.expose().as_bytes()), base.as_bytes());
    let list = parameters.replace("&v=1", "").replace('=', "=\"").replace('&', "\", ");
    Credential::OAuth1(OAuth1Request {
        authorization: format!("OAuth {list}\", oauth_signature=\"{}\"", STANDARD.encode(tag)),
        method: "GET".to_owned(),
        path: "/list".to_owned(),
        query: "v=1".to_owned(),
    })
}

impl Installation {
    async fn may<R: Right>(&self, id: &str, credential: &Credential) -> Result<Grant<R>, AccessError> {
        rejection(self.app.authorize(Some(&account(id)), credential).await)
    }

    async fn reads(&self, id: &str, credential: &Credential) -> Result<String, AccessError> {
        Ok(self.may::<ReadHandoffs>(id, credential).await?.principal().to_owned())
    }
}

fn rejection<T>(result: Result<T, AppError>) -> Result<T, AccessError> {
    result.map_err(|error| match error {
        AppError::Access(rejection) => rejection,
        other => panic!("{other:?}"),
    })
}

#[tokio::test]
async fn a_key_reads_its_own_account_and_never_writes() {
    let at = installation().await;
    assert_eq!(at.reads("A", &signed(&at.key, "1", NOW)).await, Ok(at.key.app_key.to_string()));
    let rejected = at.may::<WriteHandoffs>("A", &signed(&at.key, "2", NOW)).await;
    assert_eq!(rejected.unwrap_err(), AccessError::NoRight);
    for other in ["B", "unknown"] {
        assert_eq!(at.reads(other, &signed(&at.key, "3", NOW)).await, Err(AccessError::OtherAccount));
    }
    assert!(at.reads("A", &signed(&at.key, "3", NOW)).await.is_ok(), "a rejected request uses no nonce");
}

#[tokio::test]
async fn a_replay_is_rejected_on_all_nodes_until_it_is_too_old() {
    let at = installation().await;
    let (used, replay) = (signed(&at.key, "n", NOW), Err(AccessError::OAuth1(OAuth1Error::NonceUsed)));
    assert!(at.reads("A", &used).await.is_ok());
    let other = open(&at.folder, &at.clock).await;
    for seconds in [0, 299, 1] {
        at.clock.advance(Duration::from_secs(seconds));
        at.app.prune_nonces().await.unwrap();
        assert_eq!(at.reads("A", &used).await, replay);
        let elsewhere = other.authorize::<ReadHandoffs>(Some(&account("A")), &used).await;
        assert_eq!(rejection(elsewhere).unwrap_err(), AccessError::OAuth1(OAuth1Error::NonceUsed));
    }
    at.clock.advance(Duration::from_secs(1));
    let too_old = Err(AccessError::OAuth1(OAuth1Error::TimestampOutOfWindow));
    assert_eq!(at.reads("A", &used).await, too_old);
    assert!(at.reads("A", &signed(&at.key, "m", NOW + 301)).await.is_ok());
}

#[tokio::test]
async fn unknown_keys_and_wrong_secrets_get_the_same_error() {
    let at = installation().await;
    let unknown = NewApiKey { app_key: "unknown".parse().unwrap(), ..at.key.clone() };
    let other_token = NewApiKey { access_token: "other".to_owned(), ..at.key.clone() };
    let other_secret = NewApiKey { secret: at.key.access_token_secret.clone(), ..at.key.clone() };
    for key in [unknown, other_token, other_secret] {
        let rejected = at.reads("A", &signed(&key, "n", NOW)).await;
        assert_eq!(rejected, Err(AccessError::OAuth1(OAuth1Error::Signature)), "{key:?}");
    }
    let Credential::OAuth1(mut request) = signed(&at.key, "n", NOW) else { panic!("not signed") };
    request.authorization = request.authorization.replace(at.key.app_key.as_str(), "é'--");
    let rejected = at.reads("A", &Credential::OAuth1(request)).await;
    assert_eq!(rejected, Err(AccessError::OAuth1(OAuth1Error::Signature)));
}

#[tokio::test]
async fn only_the_revoked_key_is_rejected() {
    let at = installation().await;
    let operator = at.app.operator(&account("A"));
    let other = at.app.create_api_key(&operator, "other").await.unwrap();
    at.app.revoke_api_key(&operator, &at.key.app_key).await.unwrap();
    assert_eq!(at.reads("A", &signed(&at.key, "n", NOW)).await, Err(AccessError::RevokedApiKey));
    assert!(at.reads("A", &signed(&other, "n", NOW)).await.is_ok());
    let theirs = at.app.revoke_api_key(&at.app.operator(&account("B")), &other.app_key).await;
    assert!(matches!(theirs, Err(AppError::UnknownApiKey(_))));
}

#[tokio::test]
async fn the_quota_of_api_keys_is_enforced() {
    let at = installation().await;
    let operator = at.app.operator(&account("A"));
    at.app.revoke_api_key(&operator, &at.key.app_key).await.unwrap();
    for _ in 2..Quota::API_KEYS.most {
        at.app.create_api_key(&operator, "another").await.unwrap();
    }
    let last: AppKey = "last".parse().unwrap();
    at.app.create_api_key_once(&operator, last.clone(), "last").await.unwrap();
    let again = at.app.create_api_key_once(&operator, last, "last").await;
    assert!(matches!(again, Err(AppError::AlreadyCreated)));
    let rejected = at.app.create_api_key(&operator, "one more").await.unwrap_err();
    assert_eq!(
        rejected.to_string(),
        "the account already has the maximum of 100 API keys, including revoked ones"
    );
    assert_eq!(at.app.api_keys(&operator).await.unwrap().len(), 100);
    assert!(at.app.create_api_key(&at.app.operator(&account("B")), "theirs").await.is_ok());
}

#[tokio::test]
async fn creation_and_revocation_are_audited_without_secrets() {
    let at = installation().await;
    let operator = at.app.operator(&account("A"));
    at.app.revoke_api_key(&operator, &at.key.app_key).await.unwrap();
    let theirs = at.app.revoke_api_key(&at.app.operator(&account("B")), &at.key.app_key).await;
    assert!(theirs.is_err());
    let records = at.app.audit(&operator, None, 10).await.unwrap();
    let entries: Vec<_> = records.iter().map(|record| &record.entry).collect();
    let [revoked, created] = entries[..] else { panic!("{entries:?}") };
    assert_eq!((created.action, revoked.action), (AuditAction::ApiKeyCreated, AuditAction::ApiKeyRevoked));
    for entry in [created, revoked] {
        assert_eq!((&*entry.actor, &*entry.subject), ("command line", at.key.app_key.as_str()));
        assert!(!format!("{entry:?}").contains(at.key.secret.expose()));
    }
    assert_eq!(created.details, r#"{"name":"test"}"#);
    assert!(at.app.audit(&at.app.operator(&account("B")), None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_database_contains_no_plain_secrets() {
    let at = installation().await;
    // The app stays open, so that SQLite does not delete its log files while they are read.
    let Installation { app: _app, key, folder, .. } = at;
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| std::fs::read(file.unwrap().path()));
    let bytes: Vec<u8> = files.flat_map(Result::unwrap).collect();
    let contains = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(contains(key.app_key.as_str()) && contains(&key.access_token));
    assert!(!contains(key.secret.expose()) && !contains(key.access_token_secret.expose()));
}
