//! An SMS without a handoff: `templateId` is `1234567890`.

use outbound_model::{Channel, Object, SmsBody, SmsComponent, SmsTwilio};

/// The channel that a plain SMS is sent with. Its only placeholder is the whole content. The opt-out line is added
/// when the message is sent ([`crate::with_opt_out`]).
pub fn plain_sms(sender: Option<&str>) -> Channel {
    let body = SmsBody {
        content: Some("${{1}}".to_owned()),
        variables: Some(vec!["1".to_owned()]),
        opt_out: None,
        extra: Object::new(),
    };
    Channel::Sms(SmsTwilio {
        language: None,
        outboundnumber: sender.map(str::to_owned),
        message_components: vec![SmsComponent::Body(body)],
        extra: Object::new(),
    })
}
