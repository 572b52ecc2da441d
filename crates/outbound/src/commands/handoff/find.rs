//! Finds a handoff by its id, or by its name if it is not archived.

use outbound_app::{App, AppError, Criteria, Search, Sort, SortKey, StoredHandoff};
use outbound_model::{HandoffId, HandoffName, fold};

use crate::arguments::HandoffArg;
use crate::commands::handoff::list::PAGE_SIZE;
use crate::error::CliError;

/// Finds the stored handoff.
pub(super) async fn stored(app: &App, handoff: &HandoffArg) -> Result<StoredHandoff, CliError> {
    let grant = app.operator(&handoff.account.account);
    if let Ok(id) = handoff.id_or_name.parse::<HandoffId>() {
        match app.draft(&grant, &id).await {
            Err(AppError::UnknownHandoff(_)) => {}
            other => return Ok(other?),
        }
    }
    let unknown = || CliError::UnknownHandoff(handoff.id_or_name.clone());
    let name = handoff.id_or_name.parse::<HandoffName>().map_err(|_| unknown())?;
    let criteria = Criteria { text: Some(handoff.id_or_name.clone()), ..Criteria::default() };
    let sort = Sort { key: SortKey::Name, descending: false };
    let mut search = Search { criteria, sort, after: None, count: PAGE_SIZE };
    loop {
        let found = app.search(&grant, &search).await?;
        if let Some(found) = found.iter().find(|found| fold(&found.name) == name.key()) {
            return Ok(app.draft(&grant, &found.id).await?);
        }
        search.after = Some(found.last().ok_or_else(unknown)?.cursor(sort.key));
    }
}

/// Finds the id of the handoff.
pub(super) async fn id(app: &App, handoff: &HandoffArg) -> Result<HandoffId, CliError> {
    Ok(stored(app, handoff).await?.id)
}
