//! What a route declares about itself where it is defined. The edge acts on these policies and never looks
//! at the path of a request to find out how to treat it.

use crate::error::ErrorFormat;
use crate::limits::HttpLimits;

/// The policy of a route. Start from a constant such as [`RoutePolicy::API`] and change what differs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RoutePolicy {
    /// How long the body of a request may be.
    pub body: BodyLimit,
    /// Whether requests spend from a budget.
    pub budget: BudgetClass,
    /// The form of errors.
    pub errors: ErrorFormat,
    /// Whether the path may also be written with a slash at the end.
    pub trailing_slash: TrailingSlash,
    /// What a browser may load and run, unless the handler says otherwise.
    pub content: ContentPolicy,
    /// Whether answers must not be stored by browsers and proxies: drafts, secrets.
    pub no_store: bool,
    /// Whether the resource can only be read through this API; 405 says so.
    pub read_only: bool,
}

/// How long a body may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BodyLimit {
    /// [`HttpLimits::body_bytes`].
    Usual,
    /// [`HttpLimits::import_bytes`].
    Import,
}

/// Whether requests spend from a budget.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BudgetClass {
    /// The caller's budget pays, or the address's.
    Charged,
    /// Costs nothing: for monitoring, and for files that are the same for everybody.
    Free,
}

/// What a slash at the end of the path means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TrailingSlash {
    /// It names the same resource (design §4.4).
    Ignored,
    /// It is another path. Pages with relative links need this.
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

    /// A page for people. Its handler sets its own Content-Security-Policy.
    pub const PAGE: Self =
        Self { errors: ErrorFormat::Page, trailing_slash: TrailingSlash::Significant, ..Self::API };
}

impl BodyLimit {
    /// The limit in bytes.
    pub(super) fn bytes(self, limits: &HttpLimits) -> u64 {
        match self {
            Self::Usual => limits.body_bytes,
            Self::Import => limits.import_bytes,
        }
    }
}
