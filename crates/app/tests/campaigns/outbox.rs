//! Events of campaigns are recorded for reports.

use std::sync::Arc;

use outbound_app::NoProviders;
use outbound_store::{Campaigns, Reporting};
use outbound_store_memory::MemoryStore;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::common::id;
use crate::fixture::Fixture;
use crate::settling::{app, run_campaigns, wait_until};

/// Reporting cannot write events of the account `A`.
const FAULT: &str = "CREATE TRIGGER fault BEFORE INSERT ON reporting_accounts WHEN NEW.account_id = 'A'
    BEGIN SELECT RAISE(ABORT, 'a fault'); END";

#[tokio::test]
async fn events_of_one_account_that_cannot_be_recorded_do_not_delay_others() {
    let fixture = Fixture::new().await;
    fixture.accept_sms(&["12125550100"]).await;
    let fixture = fixture.in_account("B").await;
    fixture.accept_sms(&["12125550101"]).await;
    let mut database = SqliteConnection::connect(&fixture.world.operational_database()).await.unwrap();
    database.execute(FAULT).await.unwrap();
    let reported = async || {
        let has_messages = async |account| fixture.world.store.has_transactions(&id(account)).await.unwrap();
        (has_messages("A").await, has_messages("B").await)
    };
    fixture.record_events().await;
    assert_eq!(reported().await, (false, true));
    database.execute("DROP TRIGGER fault").await.unwrap();
    fixture.record_events().await;
    assert_eq!(reported().await, (true, true), "the events were kept");
}

#[tokio::test]
async fn events_of_many_commits_of_several_accounts_are_recorded() {
    let store = MemoryStore::default();
    let app = app(Arc::new(store.clone()), Arc::new(NoProviders)).await;
    for account in ["A", "B"].map(id) {
        for _ in 0..1200 {
            let mut transaction = store.write_campaigns(&account).await.unwrap();
            // Events that cannot be read are dropped.
            transaction.add_events(b"").await.unwrap();
            transaction.commit().await.unwrap();
        }
    }
    run_campaigns(&app);
    wait_until("all events are recorded", async || store.account_with_events(None).await.unwrap().is_none())
        .await;
}
