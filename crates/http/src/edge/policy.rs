//! Route policies: how the edge treats requests of a route. They are declared with the route, so no other code
//! depends on paths.

use outbound_app::MAX_EVENTS_BYTES;
use outbound_connectors::Provider;

use crate::error::ErrorFormat;
use crate::limits::HttpLimits;

/// The policy of a route. Start from a constant such as [`RoutePolicy::API`] and change single fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RoutePolicy {
    /// The maximum length of the request body.
    pub body: BodyLimit,
    /// Whether requests are charged to a budget.
    pub budget: BudgetClass,
    /// The format of errors.
    pub errors: ErrorFormat,
    /// Whether the path may end with an additional slash.
    pub trailing_slash: TrailingSlash,
    /// The default Content-Security-Policy; handlers may set another one.
    pub content: ContentPolicy,
    /// Whether browsers and proxies must not store responses, because they contain drafts or secrets.
    pub no_store: bool,
    /// Whether the resource is read-only. The message of 405 mentions it.
    pub read_only: bool,
}

/// The maximum length of a request body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BodyLimit {
    /// [`HttpLimits::body_bytes`].
    Usual,
    /// [`HttpLimits::import_bytes`].
    Import,
    /// [`MAX_EVENTS_BYTES`].
    Events,
    /// The longest callback of a provider: [`Provider::max_callback_bytes`].
    Callback,
}

/// Whether requests are charged to a budget.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BudgetClass {
    /// Requests are charged to the caller's budget, or to the address's.
    Charged,
    /// Requests are free: monitoring, and static files.
    Free,
    /// Requests are charged to the account's budget for one of these APIs, which does not depend on its rate.
    Api(LimitedApi),
}

/// The APIs with a budget of their own (contract §5, §6.1).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LimitedApi {
    /// Account analytics.
    Analytics,
    /// Campaign reports.
    CampaignReport,
    /// Campaign analytics.
    CampaignAnalytics,
    /// Transactions.
    Transactions,
    /// Campaign requests.
    Campaigns,
    /// Conversations of campaigns. Clients poll them, which must not delay campaign requests.
    Conversations,
}

/// Meaning of a slash at the end of the path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TrailingSlash {
    /// The path names the same resource (design §4.4).
    Ignored,
    /// The path names another resource. Pages with relative links need this.
    Significant,
}

/// The default Content-Security-Policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ContentPolicy {
    /// Data: a browser that shows it runs and loads nothing.
    Data,
    /// Swagger UI: its own files.
    Documentation,
}

impl RoutePolicy {
    /// A route of the API.
    pub const API: Self = Self {
        body: BodyLimit::Usual,
        budget: BudgetClass::Charged,
        errors: ErrorFormat::Json,
        trailing_slash: TrailingSlash::Ignored,
        content: ContentPolicy::Data,
        no_store: false,
        read_only: false,
    };

    /// A page of the web tool. Its handler sets its own Content-Security-Policy.
    pub const PAGE: Self =
        Self { errors: ErrorFormat::Page, trailing_slash: TrailingSlash::Significant, ..Self::API };
}

impl BodyLimit {
    /// Returns the limit in bytes.
    pub(super) fn bytes(self, limits: &HttpLimits) -> u64 {
        match self {
            Self::Usual => limits.body_bytes,
            Self::Import => limits.import_bytes,
            Self::Events => MAX_EVENTS_BYTES as u64,
            Self::Callback => Provider::Meta.max_callback_bytes() as u64,
        }
    }
}
