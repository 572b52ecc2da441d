//! The body of campaign requests, for the OpenAPI document. `outbound-campaigns` reads it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::ToSchema;

/// A campaign request. Unknown fields are ignored.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(super) struct CampaignRequestBody {
    #[schema(min_length = 1, max_length = 255, example = "Autumn")]
    campaign_name: String,
    /// The skill that gets replies.
    #[schema(min_length = 1, max_length = 255, example = "sales")]
    skill: String,
    /// The id of a published handoff, or `1234567890` for an SMS whose whole content is variable 1.
    #[schema(min_length = 1, max_length = 32, example = "H000000000000042")]
    template_id: String,
    /// The sender of channels for which the handoff has none.
    #[schema(required = false, max_length = 16, example = "14155550100")]
    outbound_number: Option<String>,
    /// Must be true: the consumers have agreed to receive messages.
    consent: bool,
    #[schema(min_items = 1, max_items = 100)]
    consumers: Vec<CampaignConsumer>,
    scheduling_metrics: Option<SchedulingMetrics>,
}

/// A consumer of a campaign request. One with an error is listed in the response and gets no message.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
struct CampaignConsumer {
    /// The address for each channel of the handoff: `sms`, `wa`, `inapp`, `googlercs` or `apple`.
    #[schema(example = json!({"sms": "16001234567"}))]
    consumer_content: Option<BTreeMap<String, String>>,
    /// The country calling code, in the old form of requests.
    #[schema(example = "1")]
    consumer_country_code: Option<String>,
    /// The number without the country calling code, in the old form of requests.
    #[schema(example = "6001234567")]
    consumer_phone_number: Option<String>,
    /// The values of the placeholders in the message, each of at most 1550 characters.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"1": "Nancy"}))]
    variables: Value,
    /// The https URL of the header: `image`, `video` or `document`.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    header_variables: Option<Value>,
    /// The values of the placeholders in buttons.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    button_variables: Option<Value>,
    /// Rejected unless the account enables it.
    #[schema(value_type = Option<Object>)]
    personal_info: Option<Value>,
    /// Rejected unless the account enables it.
    #[schema(value_type = Option<Object>)]
    customer_info: Option<Value>,
}

/// When messages may be sent, in the local time of each recipient.
#[derive(ToSchema)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
struct SchedulingMetrics {
    /// Without windows, SMS are sent from 08:00 to 21:00, and other messages at any time.
    windows: Option<Vec<CampaignWindow>>,
}

/// A window of a weekday. If the end is not after the start, it ends on the next day.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
struct CampaignWindow {
    start_time: WindowTime,
    end_time: WindowTime,
    #[schema(pattern = "^(MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY$", example = "MONDAY")]
    day: String,
}

/// A time of day. The numbers may also be strings.
#[derive(ToSchema)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
struct WindowTime {
    #[schema(minimum = 0, maximum = 23, example = 9)]
    hour: u8,
    #[schema(minimum = 0, maximum = 59, example = 0)]
    minute: u8,
}

/// An example of a request.
pub(super) fn request_example() -> Value {
    json!({
        "campaignName": "Autumn", "skill": "sales", "templateId": "1234567890", "outboundNumber": "14155550100",
        "consent": true,
        "consumers": [{"consumerContent": {"sms": "14155550111"}, "variables": {"1": "Your tea is ready."}}],
    })
}

/// An example of a response.
pub(super) fn response_example() -> Value {
    json!({
        "proactiveCampaignId": "a9cRASfbQ", "leCampaignId": "2369146297", "leEngagementId": "2348444140",
        "requestTraceId": "43d02dee-a3b1-401a-84b6-636f816b25c2", "failedConsumers": [],
        "acceptedConsumers": [{
            "id": "01a09f25-0ae4-7e8b-8163-c82eee187332", "phoneNumber": "+14155550111",
            "consumerContent": {"sms": "14155550111"},
        }],
    })
}
