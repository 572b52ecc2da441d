//! Totals of campaigns in reports.

use outbound_app::{AppError, Grant, ReadReports};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::fixture::Fixture;

/// Adds the totals of 100 000 later days.
const MANY_DAYS: &str = "
    INSERT INTO campaign_hours (account_no, campaign, hour, channel, skill, attempted, eligible, skipped, sent, failed,
        delivered, read, conversations_created, conversations_closed, csat_sum, csat_count)
    WITH RECURSIVE days (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < 100000)
    SELECT account_no, campaign, hour + 24 * n, channel, skill, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM campaign_hours, days";

const DELETE_ONE_DAY: &str = "DELETE FROM campaign_hours WHERE hour = (SELECT MAX(hour) FROM campaign_hours)";

/// The page of the campaign only needs the sums.
#[tokio::test]
async fn totals_with_too_many_groups_are_rejected() {
    let fixture = Fixture::new().await;
    let id = fixture.accept_sms(&["12125550100"]).await;
    fixture.record_events().await;
    let id = fixture.campaign(&id).await.ids.proactive;
    let mut database = SqliteConnection::connect(&fixture.world.operational_database()).await.unwrap();
    database.execute(MANY_DAYS).await.unwrap();
    let grant: Grant<ReadReports> = fixture.app().operator(&fixture.account);
    let totals = fixture.app().campaign_totals(&grant, id.as_str()).await;
    assert!(matches!(totals, Err(AppError::ReportTooLarge(100_000))));
    let counts = fixture.app().campaign_counts(&grant, id.as_str()).await.unwrap().unwrap();
    assert_eq!(counts.attempted, 1);
    database.execute(DELETE_ONE_DAY).await.unwrap();
    let totals = fixture.app().campaign_totals(&grant, id.as_str()).await.unwrap().unwrap();
    assert_eq!(totals.cells.len(), 100_000);
}
