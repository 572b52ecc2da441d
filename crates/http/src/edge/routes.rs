//! Routes with their policies. A route cannot be added without a policy. The router of a library may contain paths
//! without a policy; the edge answers those with 404.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::routing::MethodRouter;
use prometheus_client::metrics::histogram::Histogram;

use super::policy::{RoutePolicy, TrailingSlash};

/// Routes, each with its policy, and the policies of paths without a route.
#[must_use]
pub struct Routes<S = ()> {
    router: Router<S>,
    /// The policy of each route, with the template of its path, such as `/handoffs/{id}`.
    policies: Vec<(String, RoutePolicy)>,
    /// The policies of paths without a route, by prefix. The longest matching prefix applies.
    unmatched: Vec<(&'static str, RoutePolicy)>,
    /// The policy of all other paths without a route.
    otherwise: RoutePolicy,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Creates an empty set of routes. `otherwise` is the policy of paths without a route.
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

    /// Adds the routes of `other` and its policies for prefixes. All other paths without a route keep the policy of
    /// `self`.
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.policies.extend(other.policies);
        self.unmatched.extend(other.unmatched);
        self
    }

    /// Provides the handlers' state.
    pub fn with_state<T>(self, state: S) -> Routes<T> {
        let Self { router, policies, unmatched, otherwise } = self;
        Routes { router: router.with_state(state), policies, unmatched, otherwise }
    }
}

impl Routes {
    /// Splits the routes into a router with the handlers and a table with the policies.
    pub(super) fn split(self) -> (Router, RouteTable) {
        let Self { router, policies, mut unmatched, otherwise } = self;
        let mut routes = matchit::Router::new();
        for (template, policy) in policies {
            let route = MatchedRoute::new(Some(template.as_str().into()), policy);
            // axum has already rejected conflicting paths. If a path has two policies, the first one applies.
            if let Err(error) = routes.insert(template, Arc::new(route)) {
                tracing::error!(%error, "a route has two policies");
            }
        }
        unmatched.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        // Without a route there is no canonical path to which a trailing slash could be added.
        let without_route = |policy| {
            let policy = RoutePolicy { trailing_slash: TrailingSlash::Significant, ..policy };
            Arc::new(MatchedRoute::new(None, policy))
        };
        let unmatched =
            unmatched.into_iter().map(|(prefix, policy)| (prefix, without_route(policy))).collect();
        (router, RouteTable { routes, unmatched, otherwise: without_route(otherwise) })
    }

    /// Returns the path template of each route, such as `/handoffs/{id}`, with its policy.
    pub fn policies(&self) -> &[(String, RoutePolicy)] {
        &self.policies
    }
}

/// A route, as far as the edge needs it.
#[derive(Debug)]
pub(super) struct MatchedRoute {
    /// The path template; `None` for paths without a route.
    template: Option<Arc<str>>,
    /// The policy of the route.
    pub(super) policy: RoutePolicy,
    /// The metric with the durations of its requests, after the first one.
    pub(super) durations: OnceLock<Histogram>,
}

impl MatchedRoute {
    fn new(template: Option<Arc<str>>, policy: RoutePolicy) -> Self {
        Self { template, policy, durations: OnceLock::new() }
    }

    /// Whether this is a route and not the policy of paths without one.
    pub(super) fn is_route(&self) -> bool {
        self.template.is_some()
    }

    /// The path template; `-` if there is none.
    pub(super) fn label(&self) -> &str {
        self.template.as_deref().unwrap_or("-")
    }

    /// The same as [`label`](Self::label), shared. It is copied only for paths without a route.
    pub(super) fn shared_label(&self) -> Arc<str> {
        self.template.clone().unwrap_or_else(|| Arc::from("-"))
    }
}

/// Finds the route of a path. The result is the same as in axum's router, because both use `matchit`.
pub(super) struct RouteTable {
    routes: matchit::Router<Arc<MatchedRoute>>,
    /// Sorted by length, the longest prefix first.
    unmatched: Vec<(&'static str, Arc<MatchedRoute>)>,
    otherwise: Arc<MatchedRoute>,
}

impl RouteTable {
    /// Returns the route of `path`, or the policy of paths without a route.
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
