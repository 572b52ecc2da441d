//! Sources of the rules: the pages that state them, with their provider and date.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

/// The provider that defines a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub enum Provider {
    /// A convention of this project that no provider requires.
    Outbound,
    /// LivePerson, whose API this is.
    LivePerson,
    /// Meta, for WhatsApp.
    Meta,
    /// Twilio, for SMS.
    Twilio,
    /// Google, for RCS for Business.
    Google,
    /// Amazon Web Services, a carrier of RCS.
    Aws,
    /// Apple, for Messages for Business and push notifications, including pages of its vendors.
    Apple,
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A page that states a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = RuleSource)]
pub struct Source {
    /// The title of the page.
    pub name: &'static str,
    /// The URL without its scheme; for this project's conventions, a path in the repository.
    pub page: &'static str,
    /// The date of the version that was read: year and month, with the day if the page states it.
    pub date: &'static str,
    /// The author of the page.
    #[serde(skip)]
    pub provider: Provider,
}

impl Source {
    /// The page's URL; `None` for this project's conventions, which are part of the repository.
    pub fn url(&self) -> Option<String> {
        (self.provider != Provider::Outbound).then(|| format!("https://{}", self.page))
    }
}

macro_rules! sources {
    ($($NAME:ident = $provider:ident $date:literal $name:literal $page:literal;)*) => {
        $(pub(crate) static $NAME: Source =
            Source { name: $name, page: $page, date: $date, provider: Provider::$provider };)*
    };
}

sources! {
    CONVENTION = Outbound "2026-06" "Our own convention" "docs/rules.md";
    LP_SEED = LivePerson "2022-10-30" "Outbound Configuration API" "developers.liveperson.com";
    LP_GUIDE = LivePerson "2026-06" "Proactive Messaging user guide" "knowledge.liveperson.com";
    LP_API = LivePerson "2026-06" "Proactive Messaging API" "developers.liveperson.com";
    LP_ERRORS = LivePerson "2026-06" "Proactive Messaging error dictionary" "developers.liveperson.com";
    LP_RCS = LivePerson "2026-06" "RCS template limitations" "developers.liveperson.com";
    META_OVERVIEW = Meta "2026-06" "Message templates: overview"
        "developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview";
    META_COMPONENTS = Meta "2026-06" "Message templates: components"
        "developers.facebook.com/documentation/business-messaging/whatsapp/templates/components";
    META_REVIEW = Meta "2026-06" "Message templates: review, with the error pages 23880xx"
        "developers.facebook.com/documentation/business-messaging/whatsapp/templates";
    META_LANGUAGES = Meta "2026-05-21" "Message templates: supported languages"
        "developers.facebook.com/documentation/business-messaging/whatsapp/templates/supported-languages";
    META_MEDIA = Meta "2026-06" "Cloud API: media"
        "developers.facebook.com/documentation/business-messaging/whatsapp";
    META_ACCOUNT = Meta "2026-06" "WhatsApp Business Account reference"
        "developers.facebook.com/documentation/business-messaging/whatsapp";
    TWILIO_E164 = Twilio "2026-06" "Glossary: E.164" "www.twilio.com/docs/glossary";
    TWILIO_LIMITS = Twilio "2026-06" "Errors 21617 and 14103: message too long"
        "www.twilio.com/docs/api/errors/21617";
    TWILIO_SEGMENTS = Twilio "2026-06" "Message segment calculator"
        "github.com/TwilioDevEd/message-segment-calculator";
    TWILIO_OPT_OUT = Twilio "2026-06" "Advanced Opt-Out" "help.twilio.com";
    TWILIO_ALPHA = Twilio "2026-06" "Glossary: alphanumeric sender id"
        "www.twilio.com/docs/glossary";
    TWILIO_ALPHA_API = Twilio "2026-03-09" "Messaging API: AlphaSenders"
        "www.twilio.com/docs/messaging/api/alphasender-resource";
    TWILIO_TITLE = Twilio "2025-08-04" "Changelog: RCS card titles" "www.twilio.com/en-us/changelog";
    GOOGLE_SEND = Google "2026-04" "RCS for Business: send messages"
        "developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/send";
    GOOGLE_CARDS = Google "2026-04" "RCS for Business: rich cards"
        "developers.google.com/business-communications/rcs-business-messaging/guides/learn/rich-cards";
    GOOGLE_MESSAGES = Google "2026-11" "RCS Business Messaging API: phones.agentMessages"
        "developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones.agentMessages";
    AWS_RCS = Aws "2026-06" "End User Messaging SMS: RCS limits and restrictions" "docs.aws.amazon.com";
    APPLE_MESSAGES = Apple "2026-06" "Messages for Business, with its vendors' pages (Infobip, CM.com, Webex)"
        "register.apple.com";
    APPLE_PUSH = Apple "2026-06" "Push notification payload, with Firebase's limit"
        "developer.apple.com/documentation/usernotifications/generating-a-remote-notification";
    BRAZE_PUSH = Apple "2026-06" "Push character counts, by Braze" "www.braze.com/docs";
}
