//! `outbound account`.

use outbound_app::{AccountSettings, App, CampaignSettings, ExpectedTag};
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
            campaigns,
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
            changed.campaigns = campaigns.apply_to(changed.campaigns);
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
    let campaigns = campaign_rows(&settings.campaigns);
    let fixed = fixed.into_iter().map(|(name, value)| [name.to_owned(), value]);
    let levels = settings.levels.iter();
    let levels = levels.map(|(rule, level)| [format!("level of {rule}"), level.as_str().to_owned()]);
    let defaults = settings.import_defaults.pairs().into_iter();
    let defaults = defaults.map(|(name, value)| [format!("import default {name}"), value]);
    let rows: Vec<_> = fixed.chain(campaigns).chain(levels).chain(defaults).collect();
    table(["SETTING", "VALUE"], &rows, "")
}

fn campaign_rows(settings: &CampaignSettings) -> impl Iterator<Item = [String; 2]> {
    let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
    let or = |value: &str, default: &str| if value.is_empty() { default } else { value }.to_owned();
    let keywords = &settings.keywords;
    [
        ("time zone", or(&settings.time_zone, "UTC")),
        ("personal info", yes(settings.personal_info)),
        ("conversation hours", settings.conversation_hours.to_string()),
        ("skills", or(&settings.skills.join(", "), "any")),
        ("default skill", or(&settings.default_skill, "none")),
        ("stop keywords", or(&keywords.stop.join(", "), "built-in")),
        ("start keywords", or(&keywords.start.join(", "), "built-in")),
        ("help keywords", or(&keywords.help.join(", "), "built-in")),
        (
            "answer to HELP",
            if settings.answer_help { or(&settings.help_text, "neutral text") } else { yes(false) },
        ),
        ("brand", or(&settings.brand_name, "none")),
    ]
    .map(|(name, value)| [name.to_owned(), value])
    .into_iter()
}
