//! The list of all routes of the API, each with its policy.

use axum::Extension;
use outbound_app::App;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::accounts;
use crate::campaigns::{
    self, callbacks, connections, conversations, decisions, lanes, opt_out_files, opt_outs, proactive,
    recipients,
};
use crate::catalogue::import_jobs::ImportJobs;
use crate::catalogue::{
    changes, checking, diff, handoffs, import, import_status, published, publishing, search, settings,
    versions,
};
use crate::credentials::{api_keys, audit, clients, jwks, token, users};
use crate::edge::{
    BodyLimit, BudgetClass, ContentPolicy, LimitedApi, RoutePolicy, Routes, TrailingSlash, metrics,
};
use crate::error::ErrorFormat;
use crate::health;
use crate::reporting;
use crate::sessions::login;
use crate::webhooks::{deliveries, registrations};

/// The published lists, which are read-only.
const PUBLISHED: RoutePolicy = RoutePolicy { read_only: true, ..RoutePolicy::API };
/// The token endpoint.
const TOKEN: RoutePolicy = RoutePolicy { errors: ErrorFormat::OAuth, ..RoutePolicy::API };
/// The management API, whose responses contain drafts and secrets.
const MANAGED: RoutePolicy = RoutePolicy { no_store: true, ..RoutePolicy::API };
const IMPORT: RoutePolicy = RoutePolicy { body: BodyLimit::Import, ..MANAGED };
/// The APIs with their own budgets: reports and campaigns.
const fn limited(api: LimitedApi) -> RoutePolicy {
    RoutePolicy { budget: BudgetClass::Api(api), ..RoutePolicy::API }
}
const EVENTS: RoutePolicy = RoutePolicy { body: BodyLimit::Events, ..MANAGED };
const CALLBACK: RoutePolicy = RoutePolicy { body: BodyLimit::Callback, no_store: true, ..RoutePolicy::API };
/// Health checks, metrics and documentation. Their paths accept no trailing slash.
pub(crate) const MONITORING: RoutePolicy =
    RoutePolicy { budget: BudgetClass::Free, trailing_slash: TrailingSlash::Significant, ..RoutePolicy::API };
const SWAGGER_UI: RoutePolicy = RoutePolicy { content: ContentPolicy::Documentation, ..MONITORING };

/// The paths of Swagger UI.
pub(crate) const DOCUMENTATION: [(&str, RoutePolicy); 3] =
    [("/api/api-docs", SWAGGER_UI), ("/api/api-docs/", SWAGGER_UI), ("/api/api-docs/{*rest}", SWAGGER_UI)];

/// Prefixes under which errors are always JSON, even for paths without a route.
const API_PREFIXES: [&str; 8] =
    ["/api/", "/callbacks/", "/sentinel/", "/manage/", "/healthz", "/readyz", "/metrics", "/openapi.json"];

/// Routes with their policies, and their part of the OpenAPI document. The path of a route is declared at its
/// handler.
pub(crate) struct Documented {
    pub(crate) routes: Routes<App>,
    pub(crate) document: OpenApi,
}

impl Documented {
    fn add(self, policy: RoutePolicy, handlers: UtoipaMethodRouter<App>) -> Self {
        let Self { mut routes, mut document } = self;
        for path in handlers.1.paths.keys() {
            routes = routes.route(path, policy, handlers.2.clone());
        }
        document.merge(OpenApiRouter::new().routes(handlers).into_openapi());
        Self { routes, document }
    }
}

/// Returns all routes of the API.
pub(crate) fn documented() -> Documented {
    let routes = API_PREFIXES
        .into_iter()
        .fold(Routes::new(RoutePolicy::API), |routes, prefix| routes.unmatched(prefix, RoutePolicy::API));
    let routes = routes.unmatched("/api/api-docs", SWAGGER_UI);
    let all = Documented { routes, document: OpenApi::default() };
    managed_campaigns(managed(tokens_and_lists(all)))
        .add(MONITORING, routes!(health::healthz))
        .add(MONITORING, routes!(health::readyz))
        .add(MONITORING, routes!(metrics::metrics))
}

/// LivePerson's APIs.
fn tokens_and_lists(all: Documented) -> Documented {
    all.add(PUBLISHED, routes!(published::list))
        .add(PUBLISHED, routes!(published::list_by_channel))
        .add(TOKEN, routes!(token::grant_v1))
        .add(TOKEN, routes!(token::grant_v2))
        .add(RoutePolicy::API, routes!(jwks::jwks))
        .add(RoutePolicy::API, routes!(login::log_in))
        .add(RoutePolicy::API, routes!(login::refresh))
        .add(RoutePolicy::API, routes!(login::log_out))
        .add(RoutePolicy::API, routes!(accounts::service))
        .add(RoutePolicy::API, routes!(accounts::services))
        .add(
            limited(LimitedApi::Analytics),
            routes!(reporting::analytics::show, reporting::analytics::filter),
        )
        .add(limited(LimitedApi::CampaignReport), routes!(reporting::campaigns::report))
        .add(limited(LimitedApi::CampaignAnalytics), routes!(reporting::campaigns::analytics))
        .add(limited(LimitedApi::Transactions), routes!(reporting::transactions::list))
        .add(limited(LimitedApi::Campaigns), routes!(proactive::start))
        .add(limited(LimitedApi::Conversations), routes!(proactive::conversations))
}

/// Imports, including the status of those that run in the background.
fn imports(all: Documented) -> Documented {
    let jobs = Extension(ImportJobs::default());
    all.add(IMPORT, routes!(import::import).layer(jobs.clone()))
        .add(MANAGED, routes!(import_status::show).layer(jobs))
}

/// Campaigns in the management API, and callbacks of providers.
fn managed_campaigns(all: Documented) -> Documented {
    all.add(MANAGED, routes!(campaigns::list::list))
        .add(MANAGED, routes!(campaigns::list::show))
        .add(MANAGED, routes!(recipients::list))
        .add(MANAGED, routes!(recipients::resolve))
        .add(MANAGED, routes!(decisions::launch))
        .add(MANAGED, routes!(decisions::pause))
        .add(MANAGED, routes!(decisions::resume))
        .add(MANAGED, routes!(decisions::cancel))
        .add(MANAGED, routes!(decisions::retry_failed))
        .add(MANAGED, routes!(opt_outs::list, opt_outs::add))
        .add(MANAGED, routes!(opt_outs::remove))
        .add(MANAGED, routes!(opt_out_files::import))
        .add(MANAGED, routes!(opt_out_files::export))
        .add(MANAGED, routes!(conversations::close))
        .add(MANAGED, routes!(lanes::list))
        .add(MANAGED, routes!(lanes::resume))
        .add(MANAGED, routes!(connections::list, connections::create))
        .add(MANAGED, routes!(connections::delete))
        .add(MANAGED, routes!(connections::rotate_callback))
        .add(CALLBACK, routes!(callbacks::receive, callbacks::answer_subscription))
}

/// The management API (docs/manage.md), under `/manage/v1/accounts/{accountId}`.
fn managed(all: Documented) -> Documented {
    imports(all)
        .add(MANAGED, routes!(search::list, handoffs::create))
        .add(MANAGED, routes!(checking::check))
        .add(MANAGED, routes!(checking::render))
        .add(MANAGED, routes!(handoffs::show, handoffs::replace, handoffs::archive))
        .add(MANAGED, routes!(handoffs::restore))
        .add(MANAGED, routes!(publishing::publish))
        .add(MANAGED, routes!(publishing::unpublish))
        .add(MANAGED, routes!(checking::render_saved))
        .add(MANAGED, routes!(versions::list))
        .add(MANAGED, routes!(versions::show))
        .add(MANAGED, routes!(versions::restore))
        .add(MANAGED, routes!(diff::diff))
        .add(MANAGED, routes!(clients::list, clients::create))
        .add(MANAGED, routes!(clients::revoke))
        .add(MANAGED, routes!(api_keys::list, api_keys::create))
        .add(MANAGED, routes!(api_keys::revoke))
        .add(MANAGED, routes!(users::list, users::create))
        .add(MANAGED, routes!(users::revoke))
        .add(MANAGED, routes!(users::change_password))
        .add(MANAGED, routes!(users::change_role))
        .add(MANAGED, routes!(settings::show, settings::change))
        .add(MANAGED, routes!(audit::list))
        .add(EVENTS, routes!(reporting::events::record))
        .add(MANAGED, routes!(reporting::consumers::erase))
        .add(MANAGED, routes!(changes::changes))
        .add(MANAGED, routes!(registrations::list, registrations::create))
        .add(MANAGED, routes!(registrations::show, registrations::delete))
        .add(MANAGED, routes!(registrations::disable))
        .add(MANAGED, routes!(registrations::enable))
        .add(MANAGED, routes!(registrations::rotate_secret))
        .add(MANAGED, routes!(deliveries::ping))
        .add(MANAGED, routes!(deliveries::list))
        .add(MANAGED, routes!(deliveries::show))
        .add(MANAGED, routes!(deliveries::resend))
}
