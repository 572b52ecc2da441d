//! Searches handoffs, whether published or not.

use outbound_rules::{RuleSettings, Severity, claim_rules};
use outbound_store::{ClaimLevels, Criteria, Search, StateCounts, Summary};

use crate::{App, AppError, Grant, ReadDrafts};

/// Maximum length of a search term, in characters.
const MAX_TERM_LENGTH: usize = 200;

impl App {
    /// A page of the handoffs that meet the criteria.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn search(&self, grant: &Grant<ReadDrafts>, search: &Search) -> Result<Vec<Summary>, AppError> {
        validate_criteria(&search.criteria)?;
        let levels = claim_levels(&self.account_settings(grant.account()).await?.rules());
        Ok(self.store.read_catalogue(grant.account()).search(search, &levels).await?)
    }

    /// The number of handoffs that meet the criteria, by state.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn count_matches(
        &self,
        grant: &Grant<ReadDrafts>,
        criteria: &Criteria,
    ) -> Result<StateCounts, AppError> {
        validate_criteria(criteria)?;
        let levels = claim_levels(&self.account_settings(grant.account()).await?.rules());
        Ok(self.store.read_catalogue(grant.account()).count(criteria, &levels).await?)
    }
}

/// The severities of rules about several handoffs, by the account's settings.
fn claim_levels(settings: &RuleSettings) -> ClaimLevels {
    let of = |severity| {
        let rules = claim_rules().filter(move |rule| settings.severity_of(rule) == Some(severity));
        rules.map(|rule| rule.name).collect()
    };
    ClaimLevels { errors: of(Severity::Error), warnings: of(Severity::Warning) }
}

fn validate_criteria(criteria: &Criteria) -> Result<(), AppError> {
    let terms = [&criteria.text, &criteria.language, &criteria.sender];
    if terms
        .into_iter()
        .flatten()
        .any(|term| term.contains('\0') || term.chars().nth(MAX_TERM_LENGTH).is_some())
    {
        return Err(AppError::invalid(format!(
            "a search term may have at most {MAX_TERM_LENGTH} characters and no NUL character"
        )));
    }
    Ok(())
}
