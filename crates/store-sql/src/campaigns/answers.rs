//! Messages that belong to no campaign.

use outbound_model::Timestamp;
use outbound_store::{LaneId, NewAnswer, StoreError};

use super::statements as sql;
use crate::rows::time;
use crate::transaction::SqlTransaction;

impl SqlTransaction {
    pub(super) async fn insert_answer(&mut self, answer: &NewAnswer) -> Result<(), StoreError> {
        let lane = answer.lane.to_string();
        let row = [
            answer.key.as_str().into(),
            lane.as_str().into(),
            answer.at.into(),
            answer.consumer.0.as_slice().into(),
            answer.sealed.as_slice().into(),
        ];
        if self.execute(sql::INSERT_ANSWER, &row).await? == 0 {
            return Ok(());
        }
        self.advance_lanes([(answer.lane.clone(), answer.at)].into()).await
    }

    pub(super) async fn remove_answers(
        &mut self,
        lane: &LaneId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Vec<u8>)>, StoreError> {
        let lane = lane.to_string();
        let args = [lane.as_str().into(), i64::from(limit).into()];
        let answers: Vec<(String, i64, Vec<u8>)> = self.all(sql::ANSWERS, &args).await?;
        for (key, ..) in &answers {
            self.execute(sql::TAKE_ANSWER, &[key.as_str().into()]).await?;
        }
        answers.into_iter().map(|(_, at, sealed)| Ok((time(at)?, sealed))).collect()
    }
}
