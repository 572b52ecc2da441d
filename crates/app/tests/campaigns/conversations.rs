//! Conversations that people close.

use outbound_app::CampaignEngine;

use crate::fixture::Fixture;

const NUMBER: &str = "12125550100";

#[tokio::test]
async fn the_conversation_of_a_number_is_closed_in_any_spelling() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.send(&mut engine, &[NUMBER]).await;
    let close =
        async |address: &str| fixture.app().close_conversation(&fixture.write(), address).await.unwrap();
    for spelling in ["+12125550100", "+1 (212) 555-0100", " +12125550100 "] {
        fixture.inbound(NUMBER, "Hello").await;
        assert!(close(spelling).await, "{spelling}");
        assert!(!close(spelling).await, "{spelling}");
    }
}
