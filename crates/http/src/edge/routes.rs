//! Routes with their policies. A route cannot be added without one. A library's ready router may have more paths than
//! the policies that it is mounted with; the edge answers 404 for those.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use super::policy::{RoutePolicy, TrailingSlash};

/// Routes, each with its policy, and the policies of paths without a route.
#[must_use]
pub struct Routes<S = ()> {
    router: Router<S>,
    /// By the template of the path, such as `/handoffs/{id}`.
    policies: Vec<(String, RoutePolicy)>,
    /// Of paths without a route, by their prefix; the longest counts.
    unmatched: Vec<(&'static str, RoutePolicy)>,
    /// Of all other paths without a route.
    otherwise: RoutePolicy,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet; `otherwise` is the policy of paths without one.
    pub fn new(otherwise: RoutePolicy) -> Self {
        Self { router: Router::new(), policies: Vec::new(), unmatched: Vec::new(), otherwise }
    }

    /// Adds a route.
    pub fn route(mut self, path: &str, policy: RoutePolicy, methods: MethodRouter<S>) -> Self {
        self.router = self.router.route(path, methods);
        self.policies.push((path.to_owned(), policy));
        self
    }

    /// Adds the router of a library. Only its paths in `policies` are served.
    pub(crate) fn mount(
        mut self,
        policies: impl IntoIterator<Item = (&'static str, RoutePolicy)>,
        router: Router<S>,
    ) -> Self {
        self.router = self.router.merge(router);
        self.policies.extend(policies.into_iter().map(|(path, policy)| (path.to_owned(), policy)));
        self
    }

    /// Declares the policy of paths that begin with `prefix` and have no route.
    pub fn unmatched(mut self, prefix: &'static str, policy: RoutePolicy) -> Self {
        self.unmatched.push((prefix, policy));
        self
    }

    /// Adds the routes of `other`, and its policies of paths under a prefix. For all other paths without a
    /// route, the policy of `self` holds.
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.policies.extend(other.policies);
        self.unmatched.extend(other.unmatched);
        self
    }

    /// Gives the handlers their state.
    pub fn with_state<T>(self, state: S) -> Routes<T> {
        let Self { router, policies, unmatched, otherwise } = self;
        Routes { router: router.with_state(state), policies, unmatched, otherwise }
    }
}

impl Routes {
    /// The handlers, and the table of their policies.
    pub(super) fn split(self) -> (Router, RouteTable) {
        let Self { router, policies, mut unmatched, otherwise } = self;
        let mut routes = matchit::Router::new();
        for (template, policy) in policies {
            let route = MatchedRoute { template: Some(template.clone()), policy };
            // axum has refused paths that conflict. Of two policies for one path the first counts.
            if let Err(error) = routes.insert(template, Arc::new(route)) {
                tracing::error!(%error, "a route has two policies");
            }
        }
        unmatched.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        // A path without a route has no shorter form that is one.
        let missing = |policy| {
            let policy = RoutePolicy { trailing_slash: TrailingSlash::Significant, ..policy };
            Arc::new(MatchedRoute { template: None, policy })
        };
        let unmatched = unmatched.into_iter().map(|(prefix, policy)| (prefix, missing(policy))).collect();
        (router, RouteTable { routes, unmatched, otherwise: missing(otherwise) })
    }

    /// Every route's path, as a template such as `/handoffs/{id}`, with its policy.
    pub fn policies(&self) -> &[(String, RoutePolicy)] {
        &self.policies
    }
}

/// A route as the edge knows it.
#[derive(Debug)]
pub(super) struct MatchedRoute {
    /// The template of the path; `None` for paths without a route.
    pub(super) template: Option<String>,
    /// What the route declares.
    pub(super) policy: RoutePolicy,
}

/// Finds the route of a path, by the same rules as axum's router: both use `matchit`.
pub(super) struct RouteTable {
    routes: matchit::Router<Arc<MatchedRoute>>,
    /// The longest prefix first.
    unmatched: Vec<(&'static str, Arc<MatchedRoute>)>,
    otherwise: Arc<MatchedRoute>,
}

impl RouteTable {
    /// The route of `path`, or what holds for paths without one.
    pub(super) fn find(&self, path: &str) -> Arc<MatchedRoute> {
        if let Some(route) = self.at(path).or_else(|| self.at_without_slash(path)) {
            return route.clone();
        }
        let declared = self.unmatched.iter().find(|(prefix, _)| path.starts_with(prefix));
        declared.map_or(&self.otherwise, |(_, route)| route).clone()
    }

    fn at(&self, path: &str) -> Option<&Arc<MatchedRoute>> {
        self.routes.at(path).ok().map(|found| found.value)
    }

    fn at_without_slash(&self, path: &str) -> Option<&Arc<MatchedRoute>> {
        let route = self.at(path.strip_suffix('/')?)?;
        (route.policy.trailing_slash == TrailingSlash::Ignored).then_some(route)
    }
}
