//! Every field of the contract that a person edits, as tables: the one place that the form, its
//! reading and the findings beside it go by.

use outbound_model::{ChannelType, Object};

/// Where the samples stand in a handoff's file.
const SAMPLES: &str = "/x-outbound/samples/";

/// A field of the form.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its key in the JSON object.
    pub(crate) key: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// How it is edited.
    pub(crate) control: Control,
    /// What to write; empty where the label says it all.
    pub(crate) hint: &'static str,
}

/// How a field is edited, and what it is in JSON.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Control {
    /// A text of one line.
    Line,
    /// A text of several lines, with placeholders.
    Text,
    /// A text of one line with placeholders.
    Phrase,
    /// An address, with placeholders.
    Address,
    /// A text of one line where the component's `sub_type` is `text`, else an address; with placeholders.
    TextOrAddress,
    /// A whole number.
    Number,
    /// True or false.
    Check,
    /// A text out of some: value and words.
    Choice(&'static [(&'static str, &'static str)]),
    /// An array of texts, one a line.
    Lines,
}

impl Control {
    /// The placeholder `number` as this field of `component` spells it; `None` where none belongs.
    pub(crate) fn placeholder(self, component: &Object, number: u16) -> Option<String> {
        let is_text = match self {
            Control::Text | Control::Phrase => true,
            Control::Address => false,
            Control::TextOrAddress => component.get("sub_type").is_some_and(|kind| kind == "text"),
            _ => return None,
        };
        Some(if is_text { format!("${{{{{number}}}}}") } else { format!("{{{{{number}}}}}") })
    }

    /// Whether its text may hold placeholders.
    pub(crate) fn takes_placeholders(self) -> bool {
        matches!(self, Control::Text | Control::Phrase | Control::Address | Control::TextOrAddress)
    }

    /// Whether its text may have several lines.
    pub(crate) fn is_multi_line(self) -> bool {
        matches!(self, Control::Text | Control::Lines)
    }
}

/// A kind of message component.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Its `type`.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// Its fields.
    pub(crate) fields: &'static [Field],
    /// The key of the list of placeholder numbers; a component without one takes no placeholder.
    pub(crate) variables: Option<&'static str>,
    /// Whether a channel may have several.
    pub(crate) repeats: bool,
}

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

/// A kind by its `type`.
pub(crate) fn kind(channel: ChannelType, name: &str) -> Option<&'static Kind> {
    kinds(channel).iter().find(|kind| kind.name == name)
}

/// The place of a kind among the kinds of its channel; `None` for one that the channel does not name.
pub(crate) fn rank(channel: ChannelType, name: &str) -> Option<usize> {
    kinds(channel).iter().position(|kind| kind.name == name)
}

/// The names of a component and a field for a pointer into a handoff: what the editor calls them, or
/// the key itself where it has no name for it.
pub(crate) fn label_of(channel: Option<ChannelType>, component: Option<&str>, pointer: &str) -> Vec<String> {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    if pointer.starts_with(SAMPLES) {
        return vec![format!("Sample {key}")];
    }
    let kind = channel.zip(component).and_then(|(channel, name)| kind(channel, name));
    let table = match (kind, channel) {
        (Some(kind), _) => kind.fields,
        (None, Some(channel)) => of_channel(channel),
        (None, None) => HANDOFF,
    };
    let part = kind.map(|kind| kind.label).or(component);
    let known = table.iter().find(|field| field.key == key).map(|field| field.label);
    let field = match (known, key) {
        (Some(known), _) if part == Some(known) => None,
        (Some(known), _) => Some(known),
        (None, "variables" | "Variables") => Some("List of placeholders"),
        (None, "messageComponents") => Some("Components"),
        (None, "channels") => Some("Channels"),
        // A pointer that ends in a number is the part itself.
        (None, key) => Some(key).filter(|key| key.parse::<usize>().is_err()),
    };
    part.into_iter().chain(field).map(str::to_owned).collect()
}
