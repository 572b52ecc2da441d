//! Which handoff a command means: by its id, or by its name as long as that is its own.

use outbound_app::{App, AppError, Criteria, Search, Sort, SortKey, StoredHandoff};
use outbound_model::{HandoffId, HandoffName, fold};

use crate::arguments::OneHandoff;
use crate::commands::handoff::list::PAGE;
use crate::error::CliError;

/// The handoff as it is stored.
pub(super) async fn stored(app: &App, one: &OneHandoff) -> Result<StoredHandoff, CliError> {
    let grant = app.operator(&one.account.account);
    if let Ok(id) = one.wanted.parse::<HandoffId>() {
        match app.draft(&grant, &id).await {
            Err(AppError::UnknownHandoff(_)) => {}
            other => return Ok(other?),
        }
    }
    let unknown = || CliError::UnknownHandoff(one.wanted.clone());
    let name = one.wanted.parse::<HandoffName>().map_err(|_| unknown())?;
    let criteria = Criteria { text: Some(one.wanted.clone()), ..Criteria::default() };
    let sort = Sort { key: SortKey::Name, descending: false };
    let mut search = Search { criteria, sort, after: None, count: PAGE };
    loop {
        let found = app.search(&grant, &search).await?;
        if let Some(found) = found.iter().find(|found| fold(&found.name) == name.key()) {
            return Ok(app.draft(&grant, &found.id).await?);
        }
        search.after = Some(found.last().ok_or_else(unknown)?.cursor(sort.key));
    }
}

/// Its id.
pub(super) async fn id(app: &App, one: &OneHandoff) -> Result<HandoffId, CliError> {
    Ok(stored(app, one).await?.id)
}
