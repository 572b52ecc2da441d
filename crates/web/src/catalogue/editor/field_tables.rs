//! Every field of the contract that a person edits.

use outbound_model::ChannelType;

use super::fields::{Control, Field, Kind};

const fn field(key: &'static str, label: &'static str, control: Control, hint: &'static str) -> Field {
    Field { key, label, control, hint }
}

/// The handoff's own fields.
pub(crate) const HANDOFF: &[Field] = &[
    field("name", "Name", Control::Line, "Unique in the account; consumers do not see it."),
    field("lookbackPeriodDay", "Look-back, days", Control::Number, "0 to 30."),
    field("lookbackPeriodHour", "Look-back, hours", Control::Number, "0 to 23, on top of the days."),
    field(
        "routeAllWithinLookback",
        "Route reopened conversations within the look-back period too",
        Control::Check,
        "",
    ),
];

const LANGUAGE: Field = field("language", "Language", Control::Line, "Such as en or pt_BR.");
const SENDER: Field =
    field("outboundnumber", "Sender", Control::Line, "A number such as +14155550100, short code or name.");

const WHATSAPP: &[Field] = &[
    field("templatename", "Template name", Control::Line, "As WhatsApp knows it: small letters, digits, _."),
    LANGUAGE,
    field("namespace", "Namespace", Control::Line, "Of the business account, as WhatsApp gives it."),
    field("outboundnumber", "Sender", Control::Line, "The business number, digits only."),
];
const SMS: &[Field] = &[SENDER, LANGUAGE];
const APPLE: &[Field] = &[field("outboundnumber", "Sender", Control::Line, "The business id."), LANGUAGE];
const RCS: &[Field] = &[
    field("serviceAccountName", "Service account", Control::Line, "The RCS account that sends."),
    LANGUAGE,
    field("outboundnumber", "Sender", Control::Line, "The same as the service account, if it is given."),
    field(
        "cardOrientation",
        "Card",
        Control::Choice(&[("", "Not set"), ("VERTICAL", "Upright"), ("HORIZONTAL", "Lying")]),
        "",
    ),
];
const IN_APP: &[Field] =
    &[field("appNames", "Apps", Control::Lines, "One bundle id a line, such as com.example.shop."), LANGUAGE];

/// The fields of a channel configuration.
pub(crate) fn of_channel(channel: ChannelType) -> &'static [Field] {
    match channel {
        ChannelType::WhatsApp => WHATSAPP,
        ChannelType::SmsTwilio => SMS,
        ChannelType::AppleTwilio => APPLE,
        ChannelType::GoogleRcs => RCS,
        ChannelType::InApp => IN_APP,
    }
}

const TEXT: Field = field("content", "Text", Control::Text, "");
const VARIABLES: Option<&str> = Some("variables");

const MEDIA_ADDRESS: Field =
    field("content", "Address", Control::Address, "https://…, or a placeholder for it.");
const BUTTON: Kind = Kind {
    name: "button",
    label: "Button",
    fields: &[
        field("content", "Label", Control::Phrase, ""),
        field(
            "sub_type",
            "A tap",
            Control::Choice(&[
                ("", "Not set"),
                ("quick_reply", "sends the label as an answer"),
                ("url", "opens an address"),
                ("phone_number", "calls a number"),
            ]),
            "",
        ),
        field("url", "Address", Control::Address, "Where a tap leads, if it opens an address."),
        field("phone_number", "Number", Control::Line, "What a tap calls, with + and country code."),
    ],
    variables: VARIABLES,
    repeats: true,
};
const MEDIA: Kind = Kind {
    name: "media",
    label: "Picture or video",
    fields: &[
        MEDIA_ADDRESS,
        field(
            "height",
            "Height",
            Control::Choice(&[("", "Not set"), ("short", "Short"), ("medium", "Medium"), ("tall", "Tall")]),
            "In an upright card.",
        ),
        field(
            "thumbnailImageAlignment",
            "Side",
            Control::Choice(&[("", "Not set"), ("left", "Left"), ("right", "Right")]),
            "In a lying card.",
        ),
    ],
    variables: VARIABLES,
    repeats: false,
};
const SMS_BODY: Kind = Kind {
    name: "body",
    label: "Text",
    fields: &[
        TEXT,
        field("optOut", "Opt-out line", Control::Phrase, "Sent behind the text, on a line of its own."),
    ],
    variables: VARIABLES,
    repeats: false,
};
const WHATSAPP_KINDS: &[Kind] = &[
    Kind {
        name: "header",
        label: "Header",
        fields: &[
            field(
                "sub_type",
                "Kind",
                Control::Choice(&[
                    ("", "Not set"),
                    ("image", "Image"),
                    ("document", "Document"),
                    ("video", "Video"),
                    ("text", "Text"),
                ]),
                "",
            ),
            field("content", "Text or address", Control::TextOrAddress, ""),
        ],
        variables: VARIABLES,
        repeats: false,
    },
    Kind { name: "body", label: "Text", fields: &[TEXT], variables: VARIABLES, repeats: false },
    Kind {
        name: "footer",
        label: "Footer",
        fields: &[field("content", "Footer", Control::Line, "Small print; takes no placeholder.")],
        variables: None,
        repeats: false,
    },
    BUTTON,
];
const RCS_KINDS: &[Kind] = &[
    MEDIA,
    Kind {
        name: "body",
        label: "Text",
        fields: &[field("title", "Title", Control::Phrase, "With a title it is a card."), TEXT],
        variables: VARIABLES,
        repeats: false,
    },
    BUTTON,
];
const IN_APP_KINDS: &[Kind] = &[
    Kind {
        name: "image",
        label: "Picture",
        fields: &[
            field("url", "Address", Control::Address, "https://…, or a placeholder for it."),
            field("isClickable", "A tap opens an address", Control::Check, ""),
            field("destinationUrl", "Address that a tap opens", Control::Address, ""),
        ],
        variables: Some("Variables"),
        repeats: false,
    },
    Kind {
        name: "text",
        label: "Message",
        fields: &[
            field("messageText", "Message", Control::Text, "What the app shows."),
            field("notificationTitle", "Title of the notification", Control::Phrase, ""),
            field("notificationMessage", "Text of the notification", Control::Text, ""),
            field(
                "isSameMessageForNotification",
                "The notification shows the message itself",
                Control::Check,
                "",
            ),
        ],
        variables: VARIABLES,
        repeats: false,
    },
];

/// The kinds of component of a channel, in the order in which a phone shows them: they are offered and
/// added in it.
pub(crate) fn kinds(channel: ChannelType) -> &'static [Kind] {
    match channel {
        ChannelType::WhatsApp => WHATSAPP_KINDS,
        ChannelType::SmsTwilio => &[SMS_BODY],
        ChannelType::AppleTwilio => &[MEDIA, SMS_BODY, BUTTON],
        ChannelType::GoogleRcs => RCS_KINDS,
        ChannelType::InApp => IN_APP_KINDS,
    }
}
