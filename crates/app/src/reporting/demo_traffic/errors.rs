//! The errors of messages and how often they occur. The error dictionary of reporting explains them.

use outbound_reporting::{App, ErrorKey, ReportingChannel, ReportingError};

use super::random::Random;

/// Source and code of an error, with its weight.
type Weighted = (i64, (&'static str, &'static str));

/// Errors before sending, of 10 000 messages of the channel.
const WHATSAPP: &[Weighted] = &[
    (140, ("outbound_wa", "470")),
    (90, ("proactive", "1400")),
    (30, ("outbound_wa", "471")),
    (25, ("outbound_wa", "1026")),
    (10, ("outbound_wa", "ntw_err")),
];
const SMS: &[Weighted] = &[
    (130, ("outbound_twilio", "21610")),
    (60, ("outbound_twilio", "21614")),
    (40, ("outbound_twilio", "21211")),
    (20, ("outbound_twilio", "21612")),
    (10, ("outbound_twilio", "ntw_err")),
];
const IN_APP: &[Weighted] = &[(90, ("proactive", "5803")), (70, ("proactive", "1800"))];
const OTHER: &[Weighted] = &[(60, ("proactive", "5403")), (30, ("proactive", "1401"))];

/// Errors after sending, of 10 000 SMS.
const LATE: &[Weighted] = &[
    (130, ("twilio", "30003")),
    (45, ("twilio", "30005")),
    (35, ("twilio", "30007")),
    (25, ("twilio", "30008")),
    (20, ("twilio", "30006")),
];

/// That the media of a message cannot be downloaded.
pub(super) fn media() -> Result<ErrorKey, ReportingError> {
    key(("outbound_wa", "400"))
}

/// That the consumer cannot receive messages on the channel.
pub(super) fn ineligible(app: App) -> Result<ErrorKey, ReportingError> {
    match app {
        App::Proactive => key(("proactive", "1001")),
        App::ConnectToMessaging => key(("c2m", "1001")),
    }
}

/// The error of a message that cannot be sent.
pub(super) fn before_sending(
    app: App,
    channel: ReportingChannel,
    random: &mut Random,
) -> Result<Option<ErrorKey>, ReportingError> {
    let errors = match channel {
        ReportingChannel::WhatsApp => WHATSAPP,
        ReportingChannel::Sms => SMS,
        ReportingChannel::InApp => IN_APP,
        ReportingChannel::GoogleRcs | ReportingChannel::Apple => OTHER,
    };
    let error = one_of(errors, random).map(|(source, code)| match (app, source) {
        (App::ConnectToMessaging, "proactive") => ("c2m", code),
        _ => (source, code),
    });
    error.map(key).transpose()
}

/// The error of a message that was sent and is not delivered.
pub(super) fn after_sending(
    channel: ReportingChannel,
    random: &mut Random,
) -> Result<Option<ErrorKey>, ReportingError> {
    if channel != ReportingChannel::Sms {
        return Ok(None);
    }
    one_of(LATE, random).map(key).transpose()
}

fn one_of(errors: &[Weighted], random: &mut Random) -> Option<(&'static str, &'static str)> {
    let mut left = random.within(1..=10_000);
    let error = errors.iter().find(|(weight, _)| {
        left -= weight;
        left <= 0
    });
    error.map(|(_, parts)| *parts)
}

fn key((source, code): (&str, &str)) -> Result<ErrorKey, ReportingError> {
    ErrorKey::new(source.to_owned(), code.to_owned())
}
