//! Adds a campaign with everything that is stored in one commit with it.

use outbound_reporting::DAY;
use outbound_store::{
    AcceptedRequest, Campaign, CampaignAdded, CampaignTransaction, NewCampaign, StoreError,
};

use super::changes::earliest;
use super::recipient_row;
use super::rows::corrupt;
use super::statements as sql;
use crate::args::Arg;
use crate::transaction::SqlTransaction;

impl SqlTransaction {
    pub(super) async fn try_add_campaign(
        &mut self,
        new: &NewCampaign<'_>,
    ) -> Result<CampaignAdded, StoreError> {
        if let Some((key, _)) = &new.request
            && let Some((hash, sealed_response)) =
                self.optional(sql::ACCEPTED_REQUEST, &[(*key).into()]).await?
        {
            return Ok(CampaignAdded::KnownRequest(AcceptedRequest { hash, sealed_response }));
        }
        let day = new.campaign.created_at.millis().div_euclid(DAY);
        for daily in new.daily {
            let count = i64::from(daily.count);
            let args =
                [daily.channel.as_str().into(), day.into(), count.into(), i64::from(new.daily_limit).into()];
            if daily.count > new.daily_limit || self.execute(sql::COUNT_RECIPIENTS, &args).await? == 0 {
                return Ok(CampaignAdded::DailyLimit(daily.channel));
            }
        }
        self.advance_lanes(earliest(new.recipients.iter().map(|new| (&new.lane, new.due_at)))).await?;
        self.insert_campaign(new.campaign, new).await?;
        let lanes: Vec<String> = new.recipients.iter().map(|new| new.lane.to_string()).collect();
        let id = new.campaign.ids.proactive.as_str();
        let created_at = new.campaign.created_at.millis();
        self.insert(&[recipient_row::inserts(id, new.recipients, &lanes, created_at)]).await?;
        let keys = recipient_row::keys(id, new.recipients);
        if !keys.is_empty() {
            self.insert(&[keys]).await?;
        }
        self.add_events(new.sealed_events).await?;
        Ok(CampaignAdded::Added)
    }

    async fn insert_campaign(
        &mut self,
        campaign: &Campaign,
        new: &NewCampaign<'_>,
    ) -> Result<(), StoreError> {
        let number = |number: u64| i64::try_from(number).map_err(|_| corrupt("id"));
        let waiting = i64::try_from(new.recipients.len()).map_err(|_| corrupt("number of recipients"))?;
        let request = new.request.as_ref();
        let row: Vec<Arg<'_>> = vec![
            campaign.ids.proactive.as_str().into(),
            number(campaign.ids.le_campaign)?.into(),
            number(campaign.ids.le_engagement)?.into(),
            campaign.created_at.into(),
            campaign.created_by.as_str().into(),
            campaign.name.as_str().into(),
            campaign.skill.as_str().into(),
            campaign.control.as_str().into(),
            campaign.reason.as_deref().into(),
            campaign.expires_at.into(),
            waiting.into(),
            campaign.frozen.as_str().into(),
            request.map(|(key, _)| *key).into(),
            request.map(|(_, request)| request.hash.as_slice()).into(),
            request.map(|(_, request)| request.sealed_response.as_slice()).into(),
        ];
        self.execute(sql::INSERT_CAMPAIGN, &row).await.map(drop)
    }
}

#[cfg(test)]
pub(crate) fn every_insert() -> Vec<crate::bulk_insert::BulkInsert<'static>> {
    vec![
        recipient_row::inserts("", &[], &[], 0),
        recipient_row::keys("", &[]),
        recipient_row::saves(&[], &[]),
        super::changes::new_changes(&[], &[]),
    ]
}
