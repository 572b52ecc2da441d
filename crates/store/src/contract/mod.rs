//! The contract: tests of the behaviour that every engine must have.
//!
//! A behaviour is a function, listed at the top of its file. The compiler reports one that is not
//! listed. An engine's tests call [`trials`] with a function that opens a new, empty database.

/// Lists the behaviours of a file.
macro_rules! behaviours {
    ($($name:ident),+ $(,)?) => {
        pub(in crate::contract) const BEHAVIOURS: &[$crate::contract::Behaviour] = &[
            $($crate::contract::Behaviour { name: stringify!($name), check: |store| Box::pin($name(store)) },)+
        ];
    };
}

mod accounts;
mod campaigns;
mod catalogue;
mod credentials;
mod deliveries;
mod isolation;
mod job_lists;
mod jobs;
mod locks;
mod nonces;
mod reporting;
mod run;
mod sample;
mod sessions;
mod started_jobs;
mod webhooks;

use std::error::Error;

use futures::future::LocalBoxFuture;
pub use run::trials;

use crate::Store;

/// The result of a behaviour: `Err` if the engine returned an unexpected error. Wrong results panic.
type Outcome = Result<(), Box<dyn Error>>;

/// A behaviour that every engine must have.
#[derive(Debug)]
struct Behaviour {
    name: &'static str,
    check: fn(&dyn Store) -> LocalBoxFuture<'_, Outcome>,
}

/// The behaviours of one file.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    name: &'static str,
    behaviours: &'static [Behaviour],
}

const fn group(name: &'static str, behaviours: &'static [Behaviour]) -> Group {
    Group { name, behaviours }
}

/// The whole contract.
pub const ALL: &[&[Group]] = &[SIMULATED, ENGINES_ONLY];

/// The part that simulations of campaigns need. The store in memory passes it, too.
pub const SIMULATED: &[Group] = &[
    group("campaign_acceptance", campaigns::acceptance::BEHAVIOURS),
    group("campaign_answers", campaigns::answers::BEHAVIOURS),
    group("campaign_consumers", campaigns::consumers::BEHAVIOURS),
    group("campaign_lanes", campaigns::lanes::BEHAVIOURS),
    group("campaign_recipients", campaigns::recipients::BEHAVIOURS),
];

/// The part that only engines pass.
const ENGINES_ONLY: &[Group] = &[
    group("accounts", accounts::BEHAVIOURS),
    group("api_keys", credentials::api_keys::BEHAVIOURS),
    group("audit", credentials::audit::BEHAVIOURS),
    group("authoring", catalogue::authoring::BEHAVIOURS),
    group("campaign_feed", campaigns::feed::BEHAVIOURS),
    group("claims", catalogue::claims::BEHAVIOURS),
    group("clients", credentials::clients::BEHAVIOURS),
    group("consumers", reporting::consumers::BEHAVIOURS),
    group("counts", catalogue::counts::BEHAVIOURS),
    group("deep_pages", catalogue::deep_pages::BEHAVIOURS),
    group("deliveries", deliveries::BEHAVIOURS),
    group("files", reporting::files::BEHAVIOURS),
    group("handoffs", catalogue::handoffs::BEHAVIOURS),
    group("imports", catalogue::imports::BEHAVIOURS),
    group("isolation", isolation::BEHAVIOURS),
    group("job_lists", job_lists::BEHAVIOURS),
    group("jobs", jobs::BEHAVIOURS),
    group("keys", credentials::keys::BEHAVIOURS),
    group("lists", catalogue::lists::BEHAVIOURS),
    group("locks", locks::BEHAVIOURS),
    group("nonces", nonces::BEHAVIOURS),
    group("reported_campaigns", reporting::campaigns::BEHAVIOURS),
    group("retention", reporting::retention::BEHAVIOURS),
    group("search_index", catalogue::search_index::BEHAVIOURS),
    group("sessions", sessions::BEHAVIOURS),
    group("settings", catalogue::settings::BEHAVIOURS),
    group("started_jobs", started_jobs::BEHAVIOURS),
    group("totals", reporting::totals::BEHAVIOURS),
    group("transactions", catalogue::transactions::BEHAVIOURS),
    group("users", credentials::users::BEHAVIOURS),
    group("webhooks", webhooks::BEHAVIOURS),
];
