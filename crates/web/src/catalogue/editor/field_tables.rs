//! The tables of all fields and message components that the editor shows.

use outbound_model::ChannelType;

use super::fields::{Control, Field, Kind};
use crate::text::{self, TextFn};

const fn field(key: &'static str, label: TextFn, control: Control) -> Field {
    Field { key, label, control, hint: None }
}

const fn hinted(key: &'static str, label: TextFn, control: Control, hint: TextFn) -> Field {
    Field { key, label, control, hint: Some(hint) }
}

/// The fields of the handoff itself.
pub(crate) const HANDOFF: &[Field] = &[
    hinted("name", text::name, Control::Line, text::handoff_name_hint),
    hinted("lookbackPeriodDay", text::lookback_days, Control::Number, text::lookback_days_hint),
    hinted("lookbackPeriodHour", text::lookback_hours, Control::Number, text::lookback_hours_hint),
    field("routeAllWithinLookback", text::route_reopened, Control::Check),
];

const LANGUAGE: Field = hinted("language", text::language, Control::Line, text::language_hint);

const fn sender(hint: TextFn) -> Field {
    hinted("outboundnumber", text::sender, Control::Line, hint)
}

const WHATSAPP: &[Field] = &[
    hinted("templatename", text::template_name, Control::Line, text::template_name_hint),
    LANGUAGE,
    hinted("namespace", text::namespace, Control::Line, text::namespace_hint),
    sender(text::sender_whatsapp_hint),
];
const SMS: &[Field] = &[sender(text::sender_sms_hint), LANGUAGE];
const APPLE: &[Field] = &[sender(text::sender_apple_hint), LANGUAGE];
const RCS: &[Field] = &[
    hinted("serviceAccountName", text::service_account, Control::Line, text::service_account_hint),
    LANGUAGE,
    sender(text::sender_rcs_hint),
    field(
        "cardOrientation",
        text::card_orientation,
        Control::Choice(&[
            ("", text::not_set),
            ("VERTICAL", text::vertical),
            ("HORIZONTAL", text::horizontal),
        ]),
    ),
];
const IN_APP: &[Field] = &[hinted("appNames", text::apps, Control::Lines, text::apps_hint), LANGUAGE];

/// The fields of a channel.
pub(crate) fn of_channel(channel: ChannelType) -> &'static [Field] {
    match channel {
        ChannelType::WhatsApp => WHATSAPP,
        ChannelType::SmsTwilio => SMS,
        ChannelType::AppleTwilio => APPLE,
        ChannelType::GoogleRcs => RCS,
        ChannelType::InApp => IN_APP,
    }
}

const TEXT: Field = field("content", text::body_text, Control::Text);
const VARIABLES: Option<&str> = Some("variables");

const BUTTON: Kind = Kind {
    name: "button",
    label: text::button,
    fields: &[
        field("content", text::button_label, Control::Phrase),
        field(
            "sub_type",
            text::button_type,
            Control::Choice(&[
                ("", text::not_set),
                ("quick_reply", text::button_quick_reply),
                ("url", text::button_visit_website),
                ("phone_number", text::button_call),
            ]),
        ),
        hinted("url", text::url, Control::Url, text::button_url_hint),
        hinted("phone_number", text::phone_number, Control::Line, text::phone_number_hint),
    ],
    variables: VARIABLES,
    repeats: true,
};
const MEDIA: Kind = Kind {
    name: "media",
    label: text::image_or_video,
    fields: &[
        hinted("content", text::url, Control::Url, text::media_url_hint),
        hinted(
            "height",
            text::height,
            Control::Choice(&[
                ("", text::not_set),
                ("short", text::height_short),
                ("medium", text::height_medium),
                ("tall", text::height_tall),
            ]),
            text::height_hint,
        ),
        hinted(
            "thumbnailImageAlignment",
            text::alignment,
            Control::Choice(&[("", text::not_set), ("left", text::left), ("right", text::right)]),
            text::alignment_hint,
        ),
    ],
    variables: VARIABLES,
    repeats: false,
};
const SMS_BODY: Kind = Kind {
    name: "body",
    label: text::body_text,
    fields: &[TEXT, hinted("optOut", text::opt_out, Control::Phrase, text::opt_out_hint)],
    variables: VARIABLES,
    repeats: false,
};
const WHATSAPP_KINDS: &[Kind] = &[
    Kind {
        name: "header",
        label: text::header,
        fields: &[
            field(
                "sub_type",
                text::header_type,
                Control::Choice(&[
                    ("", text::not_set),
                    ("image", text::image),
                    ("document", text::document),
                    ("video", text::video),
                    ("text", text::body_text),
                ]),
            ),
            field("content", text::text_or_url, Control::TextOrUrl),
        ],
        variables: VARIABLES,
        repeats: false,
    },
    Kind { name: "body", label: text::body_text, fields: &[TEXT], variables: VARIABLES, repeats: false },
    Kind {
        name: "footer",
        label: text::footer,
        fields: &[hinted("content", text::footer, Control::Line, text::footer_hint)],
        variables: None,
        repeats: false,
    },
    BUTTON,
];
const RCS_KINDS: &[Kind] = &[
    MEDIA,
    Kind {
        name: "body",
        label: text::body_text,
        fields: &[hinted("title", text::card_title, Control::Phrase, text::card_title_hint), TEXT],
        variables: VARIABLES,
        repeats: false,
    },
    BUTTON,
];
const IN_APP_KINDS: &[Kind] = &[
    Kind {
        name: "image",
        label: text::image,
        fields: &[
            hinted("url", text::url, Control::Url, text::media_url_hint),
            field("isClickable", text::is_clickable, Control::Check),
            field("destinationUrl", text::destination_url, Control::Url),
        ],
        variables: Some("Variables"),
        repeats: false,
    },
    Kind {
        name: "text",
        label: text::message,
        fields: &[
            hinted("messageText", text::message, Control::Text, text::message_hint),
            field("notificationTitle", text::notification_title, Control::Phrase),
            field("notificationMessage", text::notification_text, Control::Text),
            field("isSameMessageForNotification", text::same_message, Control::Check),
        ],
        variables: VARIABLES,
        repeats: false,
    },
];

/// The kinds of components of a channel in the order of a phone. They are offered and added in this order.
pub(crate) fn kinds(channel: ChannelType) -> &'static [Kind] {
    match channel {
        ChannelType::WhatsApp => WHATSAPP_KINDS,
        ChannelType::SmsTwilio => &[SMS_BODY],
        ChannelType::AppleTwilio => &[MEDIA, SMS_BODY, BUTTON],
        ChannelType::GoogleRcs => RCS_KINDS,
        ChannelType::InApp => IN_APP_KINDS,
    }
}
