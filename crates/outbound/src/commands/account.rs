//! `outbound account`.

use outbound_app::{AccountSettings, App, ExpectedTag};
use outbound_rules::RuleSet;
use serde_json::json;

use crate::arguments::{Account, RequestBudget};
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(app: &App, command: Account, output: Output) -> Result<(), CliError> {
    match command {
        Account::Create { id } => {
            let account = app.create_account(id).await?;
            output.print(&json!({ "account": account.id }), format!("Created account {}.", account.id))
        }
        Account::Settings {
            account,
            rules,
            four_eyes,
            report_all_channels,
            requests_per_second,
            import_default,
        } => {
            let settings = app.settings(&app.operator(&account.account)).await?;
            let mut changed = settings.clone().with_rules(rules.apply_to(settings.rules()));
            changed.four_eyes = four_eyes.unwrap_or(changed.four_eyes);
            changed.report_all_channels = report_all_channels.unwrap_or(changed.report_all_channels);
            changed.requests_per_second = match requests_per_second {
                None => changed.requests_per_second,
                Some(RequestBudget::Installation) => None,
                Some(RequestBudget::Own(number)) => Some(number),
            };
            for (name, value) in &import_default {
                let result = changed.import_defaults.set(name, value);
                result.map_err(|error| CliError::Settings(format!("--import-default {name}: {error}")))?;
            }
            if rules.is_any_set() || changed != settings {
                app.change_settings(&app.operator(&account.account), &changed, &ExpectedTag::Any).await?;
            }
            output.print(&changed, text(&changed))
        }
        Account::List => {
            let accounts = app.accounts().await?;
            let rows: Vec<_> =
                accounts.iter().map(|a| [a.id.to_string(), a.created_at.to_string()]).collect();
            let values: Vec<_> =
                accounts.iter().map(|a| json!({ "account": a.id, "createdAt": a.created_at })).collect();
            output.print(&values, table(["ACCOUNT", "CREATED"], &rows, "There are no accounts."))
        }
    }
}

fn text(settings: &AccountSettings) -> String {
    let rules = match settings.rule_set {
        RuleSet::Provider => "provider",
        RuleSet::LivePerson => "liveperson",
    };
    let hosts = match settings.permitted_media_hosts.join(", ") {
        none if none.is_empty() => "any".to_owned(),
        hosts => hosts,
    };
    let four_eyes = if settings.four_eyes { "yes" } else { "no" };
    let channels = if settings.report_all_channels { "all" } else { "sms, wa, inapp" };
    let budget = match settings.requests_per_second {
        None => "limit of the installation".to_owned(),
        Some(0) => "no limit".to_owned(),
        Some(number) => number.to_string(),
    };
    let fixed = [
        ("rules", rules.to_owned()),
        ("permitted media hosts", hosts),
        ("four eyes", four_eyes.to_owned()),
        ("reported channels", channels.to_owned()),
        ("requests per second", budget),
    ];
    let fixed = fixed.into_iter().map(|(name, value)| [name.to_owned(), value]);
    let levels = settings.levels.iter();
    let levels = levels.map(|(rule, level)| [format!("level of {rule}"), level.as_str().to_owned()]);
    let defaults = settings.import_defaults.pairs().into_iter();
    let defaults = defaults.map(|(name, value)| [format!("import default {name}"), value]);
    let rows: Vec<_> = fixed.chain(levels).chain(defaults).collect();
    table(["SETTING", "VALUE"], &rows, "")
}
