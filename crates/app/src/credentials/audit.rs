//! Audit log of changes to credentials, access, settings and handoffs. Each entry is written in the same
//! transaction as the change.

use std::fmt;

use outbound_model::AuditAction;
use outbound_store::{AuditEntry, AuditRecord, CredentialTransaction, MAX_AUDIT_DETAILS};
use serde_json::{Map, Value, json};

use crate::{App, AppError, Grant, ManageCredentials};

/// Actor of automatic actions, such as key rotation.
pub(crate) const SYSTEM_ACTOR: &str = "outbound";

/// Maximum length of a string or list in the details of an entry, in bytes.
const MAX_DETAIL: usize = 1024;

impl App {
    /// An audit entry for an action of the caller at the current time.
    pub(crate) fn audit_entry<R>(
        &self,
        grant: &Grant<R>,
        action: AuditAction,
        subject: &impl ToString,
        details: &Value,
    ) -> AuditEntry {
        AuditEntry {
            at: self.clock.now(),
            actor: grant.principal().to_owned(),
            action,
            subject: subject.to_string(),
            address: None,
            details: shortened(details).to_string(),
        }
    }

    /// Adds an audit entry for a change of the account's credentials, commits both and logs the change.
    pub(super) async fn commit_audited(
        &self,
        mut transaction: Box<dyn CredentialTransaction>,
        grant: &Grant<ManageCredentials>,
        action: AuditAction,
        subject: &impl fmt::Display,
        details: Value,
    ) -> Result<(), AppError> {
        transaction.audit(&self.audit_entry(grant, action, subject, &details)).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        tracing::info!(account = %grant.account(), %subject, by = grant.principal(), "{action}");
        Ok(())
    }

    /// Up to `count` entries of the account's audit log, newest first; with `before`, only those with lower numbers.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn audit(
        &self,
        grant: &Grant<ManageCredentials>,
        before: Option<i64>,
        count: u32,
    ) -> Result<Vec<AuditRecord>, AppError> {
        self.require_account(grant.account()).await?;
        let reader = self.store.read_credentials(grant.account());
        Ok(reader.audit(before.unwrap_or(i64::MAX), count).await?)
    }

    /// Up to `count` entries of the installation's own audit log, newest first: the creation of its signing keys.
    /// The table of signing keys serves as the log, because the database prevents changes to it.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn installation_audit(&self, count: u32) -> Result<Vec<AuditRecord>, AppError> {
        let keys = self.store.signing_keys().await?.into_iter().rev();
        let records = keys.map(|key| AuditRecord {
            sequence: key.sequence,
            entry: AuditEntry {
                at: key.created_at,
                actor: SYSTEM_ACTOR.to_owned(),
                action: AuditAction::SigningKeyCreated,
                subject: key.kid,
                address: None,
                details: json!({ "signsFrom": key.signs_from }).to_string(),
            },
        });
        Ok(records.take(usize::try_from(count).unwrap_or(usize::MAX)).collect())
    }
}

/// Details without long values, because a page has a hundred entries: strings are cut, and of long lists and objects
/// only the number of elements is kept.
fn shortened(details: &Value) -> Value {
    let (short, count, max_length) = match details {
        Value::String(text) if text.len() > MAX_DETAIL => {
            return format!("{}…", &text[..text.floor_char_boundary(MAX_DETAIL)]).into();
        }
        Value::Array(items) => (details.clone(), items.len(), MAX_DETAIL),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), shortened(value)));
            let mut fields: Map<String, Value> = fields.collect();
            if Value::Object(fields.clone()).to_string().len() > MAX_AUDIT_DETAILS {
                // Short values, such as that of a switch, stay.
                fields.values_mut().for_each(count_elements);
            }
            let count = fields.len();
            (Value::Object(fields), count, MAX_AUDIT_DETAILS)
        }
        _ => return details.clone(),
    };
    if short.to_string().len() > max_length { json!({ "count": count }) } else { short }
}

/// Replaces a list or an object by the number of its elements.
fn count_elements(value: &mut Value) {
    let count = match value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => return,
    };
    *value = json!({ "count": count });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_details_are_shortened() {
        let short = json!({ "name": "ü".repeat(512), "list": ["a", 1], "levels": { "a": "off" }, "on": true, "no": null });
        assert_eq!(shortened(&short), short);
        let skills = vec!["x".repeat(255); 1000];
        let long = json!({ "name": "ü".repeat(1000), "campaigns": { "skills": skills, "hours": 24 } });
        let expected = json!({
            "name": format!("{}…", "ü".repeat(512)), "campaigns": { "skills": { "count": 1000 }, "hours": 24 },
        });
        assert_eq!(shortened(&long), expected);
        let fields: Map<String, Value> = (0..1000).map(|n| (format!("field {n}"), json!("text"))).collect();
        assert_eq!(shortened(&json!({ "many": fields })), json!({ "many": { "count": 1000 } }));
        let list = vec!["x".repeat(250); 3];
        let long: Map<String, Value> = ["a", "b", "c", "d", "e", "f"]
            .map(|name| (name.into(), json!({ "list": list })))
            .into_iter()
            .collect();
        let (mut switch, mut counted) = (json!(long), json!({}));
        long.keys().for_each(|name| counted[name] = json!({ "count": 1 }));
        (switch["fourEyes"], counted["fourEyes"]) = (json!(false), json!(false));
        assert_eq!(shortened(&switch), counted);
    }
}
