//! Finds handoffs among drafts and published ones.

use outbound_rules::{RuleSettings, Severity, claim_rules};
use outbound_store::{ClaimLevels, Criteria, Search, StateCounts, Summary};

use crate::{App, AppError, Grant, ReadDrafts};

/// The longest text that is searched for, in characters.
const MAX_TEXT: usize = 200;

impl App {
    /// A page of the handoffs that meet the criteria.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn search(&self, grant: &Grant<ReadDrafts>, search: &Search) -> Result<Vec<Summary>, AppError> {
        valid(&search.criteria)?;
        let levels = claim_levels(&self.account_settings(grant.account()).await?.rules());
        Ok(self.store.read_catalogue(grant.account()).search(search, &levels).await?)
    }

    /// How many handoffs meet the criteria, by state.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn count_matches(
        &self,
        grant: &Grant<ReadDrafts>,
        criteria: &Criteria,
    ) -> Result<StateCounts, AppError> {
        valid(criteria)?;
        let levels = claim_levels(&self.account_settings(grant.account()).await?.rules());
        Ok(self.store.read_catalogue(grant.account()).count(criteria, &levels).await?)
    }
}

/// How findings between handoffs count by the account's rules.
fn claim_levels(settings: &RuleSettings) -> ClaimLevels {
    let of = |severity| {
        let rules = claim_rules().filter(move |rule| settings.severity_of(rule) == Some(severity));
        rules.map(|rule| rule.name).collect()
    };
    ClaimLevels { errors: of(Severity::Error), warnings: of(Severity::Warning) }
}

fn valid(criteria: &Criteria) -> Result<(), AppError> {
    let texts = [&criteria.text, &criteria.language, &criteria.sender];
    if texts.into_iter().flatten().any(|text| text.contains('\0') || text.chars().nth(MAX_TEXT).is_some()) {
        return Err(AppError::invalid(format!("a search is for at most {MAX_TEXT} characters")));
    }
    Ok(())
}
