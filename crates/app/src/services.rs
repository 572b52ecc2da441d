//! The domain API: at which host each service answers (contract §1).

use std::collections::BTreeMap;

use outbound_model::AccountId;

use crate::App;

/// The services of this installation: tokens, login, and the handoffs themselves, under the name
/// that a client of the vendor's uses for them.
pub const SERVICES: [&str; 3] = ["sentinel", "agentVep", "proactiveHandoff"];

/// Hosts by the name of the service.
pub(crate) type ServiceHosts = BTreeMap<String, String>;

/// Where a service answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// Its name.
    pub service: &'static str,
    /// The account that was asked for.
    pub account: AccountId,
    /// The host, with a port where it is not the usual one; no scheme.
    pub host: String,
}

impl App {
    /// Where each service answers. The same for every account, so nobody learns which there are.
    pub fn services(&self, account: &AccountId) -> Vec<Service> {
        let place = |service| {
            let host = self.service_hosts.get(service).cloned().unwrap_or_else(|| self.public_host());
            Service { service, account: account.clone(), host }
        };
        SERVICES.map(place).into()
    }

    /// Whether clients reach the service by TLS, at a proxy if not here.
    pub fn behind_tls(&self) -> bool {
        self.public_urls.first().is_some_and(|url| url.to_string().starts_with("https://"))
    }

    /// The first address at which clients reach the service, such as `https://handoffs.example`.
    pub fn public_url(&self) -> String {
        self.public_urls.first().map_or_else(String::new, ToString::to_string)
    }

    /// Whether `origin` is one of the addresses at which clients reach the service.
    pub fn is_public_url(&self, origin: &str) -> bool {
        self.public_urls.iter().any(|url| origin.parse().as_ref() == Ok(url))
    }

    fn public_host(&self) -> String {
        let url = self.public_url();
        let rest = url.split_once("://").map_or(&*url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_owned()
    }
}
