//! The domain API: the host of each service (contract §1).

use std::collections::BTreeMap;

use outbound_model::AccountId;

use crate::App;

/// The services of this installation, by their LivePerson names: tokens, login, handoffs, reports and campaigns.
pub const SERVICES: [&str; 5] = ["sentinel", "agentVep", "proactiveHandoff", "leDataReporting", "proactive"];

/// Hosts by service name.
pub(crate) type ServiceHosts = BTreeMap<String, String>;

/// A service and its host.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// The service name.
    pub service: &'static str,
    /// The requested account.
    pub account: AccountId,
    /// The host, with a port if it is not the default one; without scheme.
    pub host: String,
}

impl App {
    /// The host of each service. The same for every account, so that callers cannot find out which accounts exist.
    pub fn services(&self, account: &AccountId) -> Vec<Service> {
        let locate = |service| {
            let host = self.service_hosts.get(service).cloned().unwrap_or_else(|| self.public_host());
            Service { service, account: account.clone(), host }
        };
        SERVICES.map(locate).into()
    }

    /// Whether clients use TLS, which this process or a proxy terminates.
    pub fn behind_tls(&self) -> bool {
        self.public_urls.first().is_some_and(|url| url.to_string().starts_with("https://"))
    }

    /// The first public URL of the service, such as `https://handoffs.example`.
    pub fn public_url(&self) -> String {
        self.public_urls.first().map_or_else(String::new, ToString::to_string)
    }

    /// Whether `origin` is one of the public URLs.
    pub fn is_public_url(&self, origin: &str) -> bool {
        self.public_urls.iter().any(|url| origin.parse().as_ref() == Ok(url))
    }

    fn public_host(&self) -> String {
        let url = self.public_url();
        let rest = url.split_once("://").map_or(&*url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_owned()
    }
}
