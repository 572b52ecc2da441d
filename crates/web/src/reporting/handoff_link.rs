//! The link from figures and messages to their handoff.

use maud::{Markup, html};
use outbound_app::{App, AppError, ReadDrafts};
use outbound_model::HandoffId;

use crate::sessions::session::Visit;

/// A link to a handoff. Handoffs that are not in this installation have no page.
pub(crate) async fn handoff_link(app: &App, visit: &Visit, id: &HandoffId) -> Result<Markup, AppError> {
    let grant = visit.session.grant::<ReadDrafts>()?;
    match app.draft(&grant, id).await {
        Ok(stored) => {
            Ok(html! { a dir="auto" href={ "/handoffs/" (id) } { (stored.latest.name) } " " code { (id) } })
        }
        Err(AppError::UnknownHandoff(_)) => Ok(html! { code { (id) } }),
        Err(error) => Err(error),
    }
}
