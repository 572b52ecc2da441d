//! Measures logins per second, and whether the duration reveals which users exist.
//!
//! `cargo run --profile dist -p outbound-app --example logins`
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use outbound_app::{
    App, AppParts, CacheSettings, CampaignTimes, LoginRequest, NewUser, NoProviders, NoWebhooks,
};
use outbound_auth::{InstallationKey, Secret};
use outbound_model::Role;
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_store_sql::{Options, SqlStore};

const PASSWORD: &str = "correct horse";
const CONCURRENT_LOGINS: u32 = 8;
const DURATION: Duration = Duration::from_secs(10);
/// Timed failures of a known and of an unknown user.
const SAMPLES: u32 = 400;

/// Logs in from a different address for each `number`, so that nothing is locked out.
async fn log_in(app: &App, username: &str, password: &str, number: u32) -> (bool, Duration) {
    let request = LoginRequest {
        account: "A".parse().unwrap(),
        username: username.to_owned(),
        password: Secret::new(password),
        address: IpAddr::V4(Ipv4Addr::from_bits(number)),
    };
    let started = Instant::now();
    let outcome = app.log_in(request).await;
    (outcome.is_ok(), started.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let store = SqlStore::open(&url, &Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    let app = App::new(AppParts {
        store: Arc::new(store),
        clock: Arc::new(ManualClock::default()),
        generator: Arc::new(SequenceGenerator::default()),
        installation: InstallationKey::from_hex(&"07".repeat(32)).unwrap(),
        caches: CacheSettings::default(),
        public_urls: Vec::new(),
        service_hosts: Vec::new(),
        webhook_sender: Arc::new(NoWebhooks),
        provider_sender: Arc::new(NoProviders),
        campaign_times: CampaignTimes::default(),
        reports_sandbox: true,
    });
    let account = "A".parse().unwrap();
    app.create_account("A".parse().unwrap()).await.unwrap();
    let user = NewUser { name: "anna".parse().unwrap(), role: Role::Lpa, password: Secret::new(PASSWORD) };
    app.create_user(&app.operator(&account), user).await.unwrap();

    let started = Instant::now();
    let mut count = 0_u32;
    while started.elapsed() < DURATION {
        let logins =
            join_all((0..CONCURRENT_LOGINS).map(|i| log_in(&app, "anna", PASSWORD, count + i))).await;
        assert!(logins.iter().all(|(open, _)| *open));
        count += CONCURRENT_LOGINS;
    }
    println!(
        "{:.1} logins/s, {CONCURRENT_LOGINS} concurrent",
        f64::from(count) / started.elapsed().as_secs_f64()
    );

    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..SAMPLES {
        known.push(log_in(&app, "anna", "wrong", number).await.1);
        unknown.push(log_in(&app, "unknown", "wrong", number).await.1);
    }
    let (known, unknown) = (median(known), median(unknown));
    let difference = 100.0 * (known.as_secs_f64() / unknown.as_secs_f64() - 1.0);
    println!(
        "failed, median of {SAMPLES}: known {known:?}, unknown {unknown:?}, difference {difference:+.1} %"
    );
}
