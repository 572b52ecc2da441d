//! Ids and times for handoffs of a file that lack them.

use outbound_formats::liveperson::Defaults;
use outbound_model::{HandoffId, Timestamp, random_u64};

use crate::App;

/// Generates ids and times for handoffs of a file that lack them.
pub struct FileDefaults<'a>(&'a App);

impl Defaults for FileDefaults<'_> {
    fn new_id(&mut self) -> HandoffId {
        HandoffId::from_random(random_u64(&*self.0.generator))
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl App {
    /// Generated defaults for handoffs of a file.
    pub fn file_defaults(&self) -> FileDefaults<'_> {
        FileDefaults(self)
    }
}
