//! The options of `outbound campaign` and `outbound connection`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use clap::{Args, Subcommand, ValueEnum};
use outbound_app::{LaneId, Resolution};
use outbound_campaigns::{CampaignId, RecipientState};

use super::AccountArg;

#[derive(Debug, Subcommand)]
pub(crate) enum Campaign {
    /// List the campaigns, newest first.
    List {
        #[command(flatten)]
        account: AccountArg,
        /// The maximum number of campaigns.
        #[arg(long, value_name = "COUNT", default_value_t = 100,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Show a campaign and how many recipients are in each state.
    Show(CampaignArg),
    /// List the recipients of a campaign.
    Recipients {
        #[command(flatten)]
        campaign: CampaignArg,
        /// Only list recipients in this state.
        #[arg(long, value_name = "STATE", value_parser = RecipientState::NAMES)]
        state: Option<String>,
        /// The maximum number of recipients.
        #[arg(long, value_name = "COUNT", default_value_t = 100,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// Print complete addresses.
        #[arg(long)]
        with_addresses: bool,
    },
    /// Launch a campaign that is a draft.
    Launch(CampaignArg),
    /// Pause a campaign. Messages in flight are not affected.
    Pause(CampaignArg),
    /// Resume a campaign that is paused.
    Resume(CampaignArg),
    /// Cancel a campaign: recipients that wait get no message.
    Cancel(CampaignArg),
    /// Send the failed messages of a campaign again.
    RetryFailed(CampaignArg),
    /// Decide about a message with an unknown outcome.
    Resolve {
        #[command(flatten)]
        campaign: CampaignArg,
        /// The number of the recipient.
        number: u32,
        /// What to do.
        resolution: ResolutionName,
    },
    /// List the lanes: the senders of each channel with their rates, and why they stopped.
    Lanes {
        #[command(flatten)]
        account: AccountArg,
    },
    /// Resume a lane that stopped because of its credentials or its sender.
    ResumeLane {
        #[command(flatten)]
        account: AccountArg,
        /// The channel and the sender, such as sms/14155550100.
        lane: LaneId,
    },
    /// Close the open conversation with a consumer, so that campaigns send to them again.
    CloseConversation {
        #[command(flatten)]
        account: AccountArg,
        /// A phone number in international notation, or the address of another channel.
        address: String,
    },
    /// Permit messages to be sent again after the database was restored, in all accounts.
    ///
    /// If the database is a copy from a backup, its messages may have been sent already. So nothing is sent until a
    /// person has cancelled such campaigns and confirms this.
    ConfirmSending,
}

/// The campaign of a command.
#[derive(Args, Debug)]
pub(crate) struct CampaignArg {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// The id of the campaign, such as a9cRASfbQ.
    pub(crate) id: CampaignId,
}

/// A decision about a message with an unknown outcome.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ResolutionName {
    /// Send the message again. The consumer may get it twice.
    SendAgain,
    /// Count the message as sent.
    CountAsSent,
}

impl From<ResolutionName> for Resolution {
    fn from(name: ResolutionName) -> Self {
        match name {
            ResolutionName::SendAgain => Self::SendAgain,
            ResolutionName::CountAsSent => Self::CountAsSent,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Connection {
    /// List the connections to providers.
    List {
        #[command(flatten)]
        account: AccountArg,
    },
    /// Connect a sandbox, which simulates all providers. Prints its secret, which cannot be shown again.
    Create {
        #[command(flatten)]
        account: AccountArg,
        /// The start of the sandbox's URLs, such as http://127.0.0.1:8090.
        #[arg(value_name = "URL")]
        base_url: String,
        /// A name for people.
        #[arg(long, value_name = "NAME", default_value = "Sandbox")]
        name: String,
        /// The secret that the sandbox knows already. Other users of this machine can see options, so set the
        /// environment variable OUTBOUND_SECRET instead. [default: a new secret]
        #[arg(long, value_name = "SECRET")]
        secret: Option<String>,
    },
    /// Replace the path to which providers report, for example if it became known. Prints the new one.
    ///
    /// A server accepts the previous path for up to 5 seconds. Reports about messages that were sent before are lost,
    /// because they use the previous path.
    RotateCallback {
        #[command(flatten)]
        account: AccountArg,
        /// The id of the connection.
        id: String,
    },
    /// Delete a connection. Messages that wait for it wait for another one, or until they expire.
    Delete {
        #[command(flatten)]
        account: AccountArg,
        /// The id of the connection.
        id: String,
    },
}
