//! `outbound webhook`.

use outbound_app::{App, ChangeSubject, Delivery, FeedEntry, NewWebhook, Webhook as StoredWebhook};
use serde_json::{Value, json};

use crate::arguments::{Common, Webhook, WebhookArg};
use crate::error::CliError;
use crate::installation;
use crate::output::{Output, table};

pub(super) async fn run(common: &Common, command: Webhook, output: Output) -> Result<(), CliError> {
    match command {
        Webhook::Create { account, url, kind, description, networks } => {
            let app = installation::open_with_sender(common, networks.sender(None)?).await?;
            let new = NewWebhook { url, kinds: kind, description };
            let (webhook, secret) = app.create_webhook(&app.operator(&account.account), new).await?;
            print_secret(&webhook, secret.expose(), output)
        }
        Webhook::List { account } => {
            let app = installation::open(common).await?;
            let webhooks = app.webhooks(&app.operator(&account.account)).await?;
            let rows: Vec<_> = webhooks.iter().map(row).collect();
            let values: Vec<_> = webhooks.iter().map(value).collect();
            let heading = ["WEBHOOK", "URL", "KINDS", "CREATED", "LAST SUCCESS", "DISABLED"];
            output.print(&values, table(heading, &rows, "The account has no webhooks."))
        }
        Webhook::Deliveries { webhook, limit } => {
            let app = installation::open(common).await?;
            let grant = app.operator(&webhook.account.account);
            let deliveries = app.webhook_deliveries(&grant, &webhook.id, None, limit).await?;
            let rows: Vec<_> = deliveries.iter().map(delivery_row).collect();
            let values: Vec<_> = deliveries.iter().map(delivery_value).collect();
            let heading = [
                "NUMBER",
                "KIND",
                "HANDOFF OR CAMPAIGN",
                "STATE",
                "ATTEMPTS",
                "LAST ATTEMPT",
                "NEXT ATTEMPT",
                "ERROR",
            ];
            output.print(&values, table(heading, &rows, "There are no deliveries."))
        }
        Webhook::Delete(webhook) => act(common, WebhookAction::Delete, &webhook, output).await,
        Webhook::Disable(webhook) => act(common, WebhookAction::Disable, &webhook, output).await,
        Webhook::Enable(webhook) => act(common, WebhookAction::Enable, &webhook, output).await,
        Webhook::RotateSecret(webhook) => act(common, WebhookAction::RotateSecret, &webhook, output).await,
        Webhook::Ping(webhook) => act(common, WebhookAction::Ping, &webhook, output).await,
        Webhook::Resend { webhook, number } => {
            act(common, WebhookAction::Resend(number), &webhook, output).await
        }
    }
}

/// An action on a single webhook.
enum WebhookAction {
    Delete,
    Disable,
    Enable,
    RotateSecret,
    Ping,
    Resend(i64),
}

async fn act(
    common: &Common,
    action: WebhookAction,
    webhook: &WebhookArg,
    output: Output,
) -> Result<(), CliError> {
    let app: App = installation::open(common).await?;
    let (grant, id) = (app.operator(&webhook.account.account), &webhook.id);
    let (verb, text) = match action {
        WebhookAction::Delete => {
            app.delete_webhook(&grant, id).await?;
            ("deleted", format!("Deleted webhook {id}."))
        }
        WebhookAction::Disable => {
            app.disable_webhook(&grant, id).await?;
            ("disabled", format!("Disabled webhook {id}."))
        }
        WebhookAction::Enable => {
            app.enable_webhook(&grant, id).await?;
            ("enabled", format!("Enabled webhook {id}."))
        }
        WebhookAction::RotateSecret => {
            let (webhook, secret) = app.rotate_webhook_secret(&grant, id).await?;
            return print_secret(&webhook, secret.expose(), output);
        }
        WebhookAction::Ping => {
            let delivery = app.ping_webhook(&grant, id).await?;
            return print_queued(&delivery, output);
        }
        WebhookAction::Resend(number) => {
            let delivery = app.resend_delivery(&grant, id, number).await?;
            return print_queued(&delivery, output);
        }
    };
    output.print(&json!({ verb: id }), text)
}

fn print_secret(webhook: &StoredWebhook, secret: &str, output: Output) -> Result<(), CliError> {
    let text = format!("webhook  {}\nsecret   {secret}\n\nThe secret is not shown again.", webhook.id);
    output.print(&json!({ "id": webhook.id, "secret": secret }), text)
}

fn print_queued(delivery: &Delivery, output: Output) -> Result<(), CliError> {
    let text = format!("Queued delivery {}. A running server will send it.", delivery.number);
    output.print(&delivery_value(delivery), text)
}

fn row(webhook: &StoredWebhook) -> [String; 6] {
    let kinds = webhook.kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let disabled = webhook.disabled.map(|(at, reason)| format!("{at} ({})", reason.as_str()));
    [
        webhook.id.to_string(),
        webhook.url.clone(),
        if kinds.is_empty() { "all".to_owned() } else { kinds },
        webhook.created_at.to_string(),
        dash(webhook.last_success_at),
        dash(disabled),
    ]
}

fn value(webhook: &StoredWebhook) -> Value {
    let mut value = json!({
        "id": webhook.id, "url": webhook.url, "description": webhook.description, "kinds": webhook.kinds,
        "createdAt": webhook.created_at,
    });
    if let Some(at) = webhook.last_success_at {
        value["lastSuccessAt"] = json!(at);
    }
    if let Some((at, reason)) = webhook.disabled {
        value["disabledAt"] = json!(at);
        value["disabledBecause"] = json!(reason);
    }
    value
}

fn delivery_row(delivery: &Delivery) -> [String; 8] {
    let change = delivery.change.as_ref();
    let attempt = delivery.last_attempt.as_ref();
    [
        delivery.number.to_string(),
        change.map_or("ping".to_owned(), |change| change.kind.to_string()),
        dash(change.and_then(subject)),
        delivery.state().to_string(),
        delivery.attempts.to_string(),
        dash(attempt.map(|attempt| attempt.at)),
        dash(delivery.next_attempt_at),
        dash(attempt.and_then(|attempt| attempt.error.as_ref())),
    ]
}

/// The handoff or the campaign of a change.
fn subject(change: &FeedEntry) -> Option<String> {
    match &change.subject {
        ChangeSubject::Handoff { handoff, .. } => Some(handoff.to_string()),
        ChangeSubject::Campaign(details) => details.campaign.clone(),
    }
}

fn delivery_value(delivery: &Delivery) -> Value {
    let mut value = json!({
        "number": delivery.number, "state": delivery.state(), "attempts": delivery.attempts,
        "createdAt": delivery.created_at,
    });
    if let Some(change) = &delivery.change {
        value["sequence"] = json!(change.sequence);
        value["kind"] = json!(change.kind);
        match &change.subject {
            ChangeSubject::Handoff { handoff, .. } => value["handoff"] = json!(handoff),
            ChangeSubject::Campaign(details) => value["details"] = json!(details),
        }
    }
    if let Some(attempt) = &delivery.last_attempt {
        value["lastAttempt"] = json!({ "at": attempt.at, "status": attempt.status, "error": attempt.error });
    }
    if let Some(at) = delivery.next_attempt_at {
        value["nextAttemptAt"] = json!(at);
    }
    value
}

fn dash(value: Option<impl ToString>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}
