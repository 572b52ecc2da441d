//! What a campaign sends: its handoff and windows at the time of acceptance. Later changes of the handoff have no
//! effect. Stored as JSON.

use outbound_campaigns::{CampaignError, CampaignRequest, HandoffSpec, plain_sms};
use outbound_model::{Channel, ChannelType, Handoff, HandoffId, Phone, Timestamp, from_json_str};
use outbound_reporting::{Address, ReportingChannel};
use outbound_schedule::{Candidates, MinuteOfDay, Opening, Weekday, Window, Windows, Zone};
use outbound_store::LaneId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::AppError;

/// The handoff of a campaign.
#[derive(Clone, Debug)]
pub(super) struct Frozen {
    /// `None` for plain SMS.
    pub(super) handoff: Option<HandoffId>,
    /// The channels, in the order in which they are tried. Never empty.
    pub(super) channels: Vec<FrozenChannel>,
    /// The windows of the request.
    pub(super) windows: Option<Windows>,
    /// How long replies are routed to the campaign's skill, in hours.
    pub(super) lookback_hours: u32,
}

/// A channel of the handoff.
#[derive(Clone, Debug)]
pub(super) struct FrozenChannel {
    pub(super) name: ReportingChannel,
    pub(super) lane: LaneId,
    pub(super) channel: Channel,
}

/// [`Frozen`] as JSON.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct FrozenJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    handoff: Option<String>,
    channels: Vec<ChannelJson>,
    /// Day, start and end (minutes of the day).
    #[serde(skip_serializing_if = "Option::is_none")]
    windows: Option<Vec<(String, u16, u16)>>,
    lookback_hours: u32,
}

#[derive(Deserialize, Serialize)]
struct ChannelJson {
    sender: String,
    channel: Value,
}

impl Frozen {
    /// Freezes a handoff, or a plain SMS. Of several channels of one type, the first one is sent, as
    /// [`HandoffSpec`] defines.
    pub(super) fn new(
        request: &CampaignRequest<'_>,
        handoff: Option<&Handoff>,
        spec: &HandoffSpec,
    ) -> Result<Self, CampaignError> {
        let outbound_number = request.outbound_number();
        let plain = [plain_sms(outbound_number)];
        let channels = handoff.map_or(&plain[..], |handoff| &handoff.channels);
        let freeze = |name: ReportingChannel| {
            let channel = channels.iter().find(|channel| reporting_name(channel) == Some(name))?;
            let sender = spec.sender(name).or(outbound_number).unwrap_or_default();
            Some(FrozenChannel { name, lane: LaneId::new(name, sender), channel: channel.clone() })
        };
        let channels: Vec<_> = spec.channels().filter_map(freeze).collect();
        if channels.is_empty() {
            return Err(CampaignError::NoChannel);
        }
        Ok(Self {
            handoff: handoff.map(|handoff| handoff.id.clone()),
            channels,
            windows: request.windows().cloned(),
            lookback_hours: spec.lookback_hours(),
        })
    }

    /// The windows of a channel.
    fn windows(&self, channel: &FrozenChannel) -> Windows {
        let default =
            || Windows::default_of(channel.channel.channel_type().unwrap_or(ChannelType::SmsTwilio));
        self.windows.clone().unwrap_or_else(default)
    }

    /// When the windows of a channel are open for a recipient, from `now` on. `None` only at the end of the calendar.
    /// `account_zone` is for recipients whose own zone is not known.
    pub(super) fn next_opening(
        &self,
        channel: &FrozenChannel,
        address: Option<&Address>,
        now: Timestamp,
        account_zone: &Zone,
    ) -> Option<Timestamp> {
        let phone = address.and_then(|address| Phone::read(address.reveal()).ok());
        let candidates = Candidates::new(None, phone.as_ref());
        self.windows(channel).next_opening(now, &candidates, account_zone).map(Opening::opens)
    }

    /// The channel at this position, or the last one.
    pub(super) fn channel(&self, position: usize) -> Option<&FrozenChannel> {
        self.channels.get(position).or(self.channels.last())
    }

    pub(super) fn to_json(&self) -> Result<String, AppError> {
        let channel = |frozen: &FrozenChannel| {
            let channel = serde_json::to_value(&frozen.channel)?;
            Ok::<_, AppError>(ChannelJson { sender: frozen.lane.sender().to_owned(), channel })
        };
        let window = |window: &Window| {
            (window.weekday().as_str().to_owned(), window.start().minutes(), window.end().minutes())
        };
        let json = FrozenJson {
            handoff: self.handoff.as_ref().map(ToString::to_string),
            channels: self.channels.iter().map(channel).collect::<Result<_, _>>()?,
            windows: self.windows.as_ref().map(|all| all.as_slice().iter().map(window).collect()),
            lookback_hours: self.lookback_hours,
        };
        Ok(serde_json::to_string(&json)?)
    }

    pub(super) fn from_json(json: &str) -> Result<Self, AppError> {
        let json: FrozenJson = serde_json::from_str(json)?;
        let windows = json.windows.map(|windows| windows.into_iter().map(read_window).collect());
        let windows = windows.transpose()?.map(Windows::new).transpose().map_err(unreadable)?;
        Ok(Self {
            handoff: json.handoff.map(|id| id.parse()).transpose()?,
            channels: json.channels.iter().map(read_channel).collect::<Result<_, _>>()?,
            windows,
            lookback_hours: json.lookback_hours,
        })
    }
}

fn read_window((day, start, end): (String, u16, u16)) -> Result<Window, AppError> {
    let minute =
        |minutes: u16| MinuteOfDay::new(i64::from(minutes / 60), i64::from(minutes % 60)).map_err(unreadable);
    let day: Weekday = day.parse().map_err(unreadable)?;
    Ok(Window::new(day, minute(start)?, minute(end)?))
}

fn read_channel(json: &ChannelJson) -> Result<FrozenChannel, AppError> {
    let channel: Channel = from_json_str(&json.channel.to_string()).map_err(unreadable)?;
    let name = reporting_name(&channel).ok_or_else(|| unreadable("a channel of an unknown type"))?;
    Ok(FrozenChannel { name, lane: LaneId::new(name, &json.sender), channel })
}

fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> AppError {
    AppError::Internal(error.into())
}

/// The name of a channel in reports; `None` for unknown types.
fn reporting_name(channel: &Channel) -> Option<ReportingChannel> {
    channel.channel_type().map(ReportingChannel::from)
}
