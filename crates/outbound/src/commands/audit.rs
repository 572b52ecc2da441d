//! `outbound audit`.

use outbound_app::{App, AuditRecord};
use serde_json::{Value, json};

use crate::arguments::Audit;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(app: &App, command: &Audit, output: Output) -> Result<(), CliError> {
    let Audit::List { account, installation, limit } = command;
    let records = match account {
        _ if *installation => app.installation_audit(*limit).await?,
        Some(account) => app.audit(&app.operator(account), None, *limit).await?,
        None => {
            return Err(CliError::Settings(
                "the audit log to list is not specified; use --account ID or --installation".to_owned(),
            ));
        }
    };
    let rows: Vec<_> = records.iter().map(row).collect();
    let values = records.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    let heading = ["NUMBER", "AT", "BY", "ACTION", "SUBJECT", "ADDRESS", "DETAILS"];
    output.print(&values, table(heading, &rows, "There are no entries."))
}

fn row(record: &AuditRecord) -> [String; 7] {
    let entry = record.entry.clone();
    let address = entry.address.unwrap_or("-".to_owned());
    [
        record.sequence.to_string(),
        entry.at.to_string(),
        entry.actor,
        entry.action.to_string(),
        entry.subject,
        address,
        entry.details,
    ]
}

fn value(record: &AuditRecord) -> Result<Value, CliError> {
    let entry = &record.entry;
    let details: Value = serde_json::from_str(&entry.details)?;
    let mut value = json!({
        "sequence": record.sequence, "at": entry.at, "actor": entry.actor,
        "action": entry.action.as_str(), "subject": entry.subject, "details": details,
    });
    if let Some(address) = &entry.address {
        value["address"] = json!(address);
    }
    Ok(value)
}
