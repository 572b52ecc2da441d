//! Nodes of one installation: applications on the same database, with a manual clock.

#![allow(unreachable_pub, reason = "a module of tests")]

use std::sync::Arc;

use outbound_app::{
    App, AppError, AppParts, CacheSettings, CampaignTimes, Credential, Grant, ImportOptions, NoProviders,
    NoWebhooks, Page, PublishMode, ReadHandoffs, TokenRequest,
};
use outbound_auth::InstallationKey;
use outbound_formats::liveperson;
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_model::{AccountId, ClientId, Clock, Generator, Scope};
use outbound_store_sql::{Options, SqlStore};

/// One node.
pub struct Node {
    pub app: App,
}

pub async fn node(database: &str, clock: &ManualClock, caches: CacheSettings) -> Node {
    node_with_clock(database, Arc::new(clock.clone()), caches).await
}

pub async fn node_with_clock(database: &str, clock: Arc<dyn Clock>, caches: CacheSettings) -> Node {
    node_with_options(database, &Options::default(), clock, caches).await
}

pub async fn node_with_options(
    database: &str,
    options: &Options,
    clock: Arc<dyn Clock>,
    caches: CacheSettings,
) -> Node {
    let generator = Arc::<SequenceGenerator>::default();
    node_with_environment(database, options, (clock, generator), caches).await
}

pub async fn node_with_environment(
    database: &str,
    options: &Options,
    (clock, generator): (Arc<dyn Clock>, Arc<dyn Generator>),
    caches: CacheSettings,
) -> Node {
    let store = SqlStore::open(database, options).await.unwrap();
    store.migrate().await.unwrap();
    node_on(Arc::new(store), (clock, generator), caches).await
}

/// A node on a migrated database.
pub async fn node_on(
    store: Arc<SqlStore>,
    (clock, generator): (Arc<dyn Clock>, Arc<dyn Generator>),
    caches: CacheSettings,
) -> Node {
    let app = App::new(AppParts {
        store,
        clock,
        generator,
        installation: InstallationKey::from_hex(&"5".repeat(64)).unwrap(),
        caches,
        public_urls: Vec::new(),
        service_hosts: Vec::new(),
        webhook_sender: Arc::new(NoWebhooks),
        provider_sender: Arc::new(NoProviders),
        campaign_times: CampaignTimes::default(),
        reports_sandbox: true,
    });
    app.maintain_signing_keys().await.unwrap();
    Node { app }
}

impl Node {
    /// Creates a client that may read, and a token.
    pub async fn client(&self, account: &AccountId) -> (ClientId, Credential) {
        let scopes = [Scope::HandoffsRead].into_iter().collect();
        let client = self.app.create_client(&self.app.operator(account), "test", scopes).await.unwrap();
        let request = TokenRequest {
            account: account.clone(),
            client_id: client.id.to_string(),
            client_secret: client.secret,
            scope: None,
        };
        let token = self.app.grant_token(request).await.unwrap();
        (client.id, Credential::AppJwt(token.access_token))
    }

    /// Imports handoffs from JSON.
    pub async fn write(&self, account: &AccountId, json: &str) {
        let handoffs = liveperson::read(json.as_bytes(), self.app.file_defaults());
        let grant = self.app.operator(account);
        self.app
            .import(
                &grant,
                handoffs,
                ImportOptions { publish: PublishMode::All, ..ImportOptions::default() },
                |_, _| (),
            )
            .await
            .unwrap();
    }

    /// The list as a caller with `credential` sees it.
    pub async fn read(
        &self,
        account: &AccountId,
        credential: &Credential,
        page: Page,
    ) -> Result<String, AppError> {
        let grant: Grant<ReadHandoffs> = self.app.authorize(Some(account), credential).await?;
        let found = self.app.published_handoffs(&grant, None, page).await?;
        Ok(String::from_utf8(found.body.plain().to_vec()).unwrap())
    }
}
