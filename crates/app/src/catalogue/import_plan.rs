//! What an import would do, handoff by handoff, before it does it.

use std::collections::BTreeMap;

use outbound_formats::{
    ChannelDefaults, Format, ImportDefaults, ImportedHandoff as Read, Names, ReadOptions, read_any,
};
use outbound_model::ChannelType;

use crate::{
    App, AppError, Grant, ImportError, ImportOptions, ImportResult, IncomingHandoff, PlannedHandoff,
    PublishMode, WriteHandoffs,
};

/// A plan tells so many refusals; with more it is refused as a whole.
pub(crate) const MAX_REFUSALS: usize = 20;

/// A text with handoffs in some format.
#[derive(Clone, Debug)]
pub struct ImportSource<'t> {
    /// The text.
    pub text: &'t [u8],
    /// Its format; without one it is found out, and LivePerson's where nothing else is.
    pub format: Option<Format>,
    /// The channel of contents whose type says none.
    pub channel: Option<ChannelType>,
    /// The name of messages whose format has none.
    pub name: Option<String>,
    /// What the channels of a provider's text get.
    pub defaults: ImportDefaults,
}

/// What becomes of one handoff.
#[derive(Clone, Debug)]
pub enum ImportDecision {
    /// It is imported.
    Accepted(Box<PlannedHandoff>),
    /// Nothing, and so of the others, too; the sentence says why.
    Refused(String),
}

/// What an import would do, or did.
#[derive(Clone, Debug)]
pub struct ImportPlan {
    /// Of each handoff, in the order of the text.
    pub handoffs: Vec<ImportDecision>,
    /// Of all that are not refused.
    pub counts: ImportResult,
}

impl ImportPlan {
    /// The places of those that are refused, and why.
    pub fn refusals(&self) -> BTreeMap<usize, String> {
        let refusal = |(place, planned): (usize, &ImportDecision)| match planned {
            ImportDecision::Refused(why) => Some((place, why.clone())),
            ImportDecision::Accepted(_) => None,
        };
        self.handoffs.iter().enumerate().filter_map(refusal).collect()
    }

    /// How many are refused.
    pub fn refused(&self) -> usize {
        self.refusals().len()
    }
}

impl App {
    /// The values that the channels of an import get: the `given` ones, and the account's.
    pub async fn import_defaults(
        &self,
        grant: &Grant<WriteHandoffs>,
        given: ChannelDefaults,
    ) -> Result<ImportDefaults, AppError> {
        let account = self.account_settings(grant.account()).await?.import_defaults;
        Ok(ImportDefaults { given, account: account.0 })
    }

    /// Every handoff of a text; the first mistake refuses it ([`AppError::NotAHandoff`]).
    pub fn read_import(&self, import: ImportSource<'_>) -> Result<Vec<Read>, AppError> {
        let format = import.format.or_else(|| Format::detect(import.text)).unwrap_or(Format::LivePerson);
        let options = ReadOptions { name: import.name, channel: import.channel, defaults: import.defaults };
        let (mut names, mut handoffs) = (Names::default(), Vec::new());
        for read in read_any(format, import.text, options, self.file_defaults()) {
            let mut read = read.map_err(AppError::NotAHandoff)?;
            names.tell_apart(&mut read);
            handoffs.push(read);
        }
        if handoffs.is_empty() { Err(AppError::invalid("there is no handoff in this")) } else { Ok(handoffs) }
    }

    /// What [`import_all`](Self::import_all) would do with each. Keeps nothing.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn plan_import(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: &[IncomingHandoff],
        publish: PublishMode,
    ) -> Result<ImportPlan, AppError> {
        self.planned(grant, handoffs, publish, false).await
    }

    async fn planned(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: &[IncomingHandoff],
        publish: PublishMode,
        enforce_four_eyes: bool,
    ) -> Result<ImportPlan, AppError> {
        let mut refused = BTreeMap::new();
        loop {
            let kept = || handoffs.iter().enumerate().filter(|(place, _)| !refused.contains_key(place));
            let places: Vec<usize> = kept().map(|(place, _)| place).collect();
            let (mut outcomes, mut details) = (BTreeMap::new(), self.import_details(grant).await?);
            let options =
                ImportOptions { dry_run: true, publish, enforce_four_eyes, ..ImportOptions::default() };
            let place = |number: u64| places.get(usize::try_from(number).ok()?.checked_sub(1)?).copied();
            let tried = self
                .import(grant, kept().map(|(_, handoff)| Ok(handoff.clone())), options, |number, one| {
                    let told = details.of(one);
                    outcomes.extend(place(number).map(|place| (place, ImportDecision::Accepted(told))));
                })
                .await;
            // After a refusal a transaction can only be dropped: the others are tried anew.
            let (number, why) = match tried {
                Ok(counts) => {
                    outcomes.extend(
                        refused.into_iter().map(|(place, why)| (place, ImportDecision::Refused(why))),
                    );
                    return Ok(ImportPlan { handoffs: outcomes.into_values().collect(), counts });
                }
                Err(error) => refusal(error)?,
            };
            match place(number) {
                Some(place) if refused.len() < MAX_REFUSALS => refused.insert(place, why),
                _ => return Err(AppError::invalid(format!("too many handoffs are refused, such as: {why}"))),
            };
        }
    }

    /// Imports all of them, or none if any is refused ([`AppError::ImportRefused`]).
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn import_all(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: &[IncomingHandoff],
        publish: PublishMode,
    ) -> Result<ImportPlan, AppError> {
        let plan = self.planned(grant, handoffs, publish, true).await?;
        if plan.refused() > 0 {
            return Err(AppError::ImportRefused(plan));
        }
        let mut outcomes = Vec::with_capacity(handoffs.len());
        let options = ImportOptions { publish, enforce_four_eyes: true, ..ImportOptions::default() };
        let all = handoffs.iter().map(|handoff| Ok(handoff.clone()));
        let mut details = self.import_details(grant).await?;
        let done = self
            .import(grant, all, options, |_, one| outcomes.push(ImportDecision::Accepted(details.of(one))))
            .await;
        Ok(ImportPlan { handoffs: outcomes, counts: done.map_err(whole)? })
    }
}

/// The number of the handoff that an error is about, and why that one is refused; or the error of the whole
/// import.
pub(crate) fn refusal(error: ImportError) -> Result<(u64, String), AppError> {
    match error {
        ImportError::Handoff { number, source, .. } if matches!(*source, AppError::NameTaken(_)) => {
            Ok((number, source.to_string()))
        }
        ImportError::Repeated { number, .. } => {
            Ok((number, "another handoff of this text has the same id".to_owned()))
        }
        other => Err(whole(other)),
    }
}

/// An error that is of no single handoff, or came when nothing should.
fn whole(error: ImportError) -> AppError {
    match error {
        ImportError::App(error) => error,
        ImportError::Handoff { source, .. } => *source,
        ImportError::File(mut mistakes) if !mistakes.is_empty() => {
            AppError::NotAHandoff(mistakes.swap_remove(0))
        }
        other => AppError::invalid(other.to_string()),
    }
}
