//! Finds handoffs among drafts and published ones.

use outbound_store::{Criteria, Search, StateCounts, Summary};

use crate::{App, AppError, Grant, ReadDrafts};

/// The longest text that is searched for, in characters.
const MAX_TEXT: usize = 200;

impl App {
    /// A page of the handoffs that meet the criteria.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn search(&self, grant: &Grant<ReadDrafts>, search: &Search) -> Result<Vec<Summary>, AppError> {
        valid(&search.criteria)?;
        let reader = self.store.read_catalogue(grant.account());
        let found = reader.search(search).await?;
        if found.is_empty() {
            self.known(grant.account()).await?;
        }
        Ok(found)
    }

    /// How many handoffs meet the criteria, by state.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn count_found(
        &self,
        grant: &Grant<ReadDrafts>,
        criteria: &Criteria,
    ) -> Result<StateCounts, AppError> {
        valid(criteria)?;
        Ok(self.store.read_catalogue(grant.account()).count(criteria).await?)
    }
}

fn valid(criteria: &Criteria) -> Result<(), AppError> {
    let texts = [&criteria.text, &criteria.language, &criteria.sender];
    if texts.into_iter().flatten().any(|text| text.contains('\0') || text.chars().nth(MAX_TEXT).is_some()) {
        return Err(AppError::invalid(format!("a search is for at most {MAX_TEXT} characters")));
    }
    Ok(())
}
