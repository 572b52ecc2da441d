//! Plans of imports: what an import would do with each handoff.

use std::collections::BTreeMap;

use outbound_formats::{ChannelDefaults, Format, ImportDefaults, Names, ReadOptions, read_any};
use outbound_model::ChannelType;

use crate::{
    App, AppError, Grant, ImportError, ImportOptions, ImportResult, IncomingHandoff, ParsedHandoff,
    PlannedHandoff, PublishMode, WriteHandoffs,
};

/// Maximum rejected handoffs in a plan. With more, the whole import is rejected.
pub(crate) const MAX_REJECTIONS: usize = 20;

/// A document with handoffs, and how to read it.
#[derive(Clone, Debug)]
pub struct ImportSource<'t> {
    /// The document.
    pub text: &'t [u8],
    /// The format. Without one it is detected; the default is LivePerson's.
    pub format: Option<Format>,
    /// The channel of contents whose type does not determine one.
    pub channel: Option<ChannelType>,
    /// The name of messages whose format has no names.
    pub name: Option<String>,
    /// Default values of channels from provider formats.
    pub defaults: ImportDefaults,
}

/// The decision about one handoff of an import.
#[derive(Clone, Debug)]
pub enum ImportDecision {
    /// It can be imported.
    Accepted(Box<PlannedHandoff>),
    /// It cannot be imported, for this reason, so nothing is imported.
    Rejected(String),
}

/// What an import would do or did.
#[derive(Clone, Debug)]
pub struct ImportPlan {
    /// The decisions, in the order of the document.
    pub handoffs: Vec<ImportDecision>,
    /// Counts of the handoffs that are not rejected.
    pub counts: ImportResult,
}

impl ImportPlan {
    /// The reasons of rejected handoffs, by index.
    pub fn rejections(&self) -> BTreeMap<usize, String> {
        let rejection = |(place, planned): (usize, &ImportDecision)| match planned {
            ImportDecision::Rejected(why) => Some((place, why.clone())),
            ImportDecision::Accepted(_) => None,
        };
        self.handoffs.iter().enumerate().filter_map(rejection).collect()
    }

    /// The number of rejected handoffs.
    pub fn rejected(&self) -> usize {
        self.rejections().len()
    }
}

impl App {
    /// The default values of an import: `given` ones first, then those of the account.
    pub async fn import_defaults(
        &self,
        grant: &Grant<WriteHandoffs>,
        given: ChannelDefaults,
    ) -> Result<ImportDefaults, AppError> {
        let account = self.account_settings(grant.account()).await?.import_defaults;
        Ok(ImportDefaults { given, account: account.0 })
    }

    /// Reads all handoffs of a document. Returns [`AppError::NotAHandoff`] for the first error in it.
    pub fn read_import(&self, import: ImportSource<'_>) -> Result<Vec<ParsedHandoff>, AppError> {
        let format = import.format.or_else(|| Format::detect(import.text)).unwrap_or(Format::LivePerson);
        let options = ReadOptions { name: import.name, channel: import.channel, defaults: import.defaults };
        let mut names = Names::default();
        let mut handoffs = Vec::new();
        for parsed in read_any(format, import.text, options, self.file_defaults()) {
            let mut parsed = parsed.map_err(AppError::NotAHandoff)?;
            names.make_unique(&mut parsed);
            handoffs.push(parsed);
        }
        if handoffs.is_empty() {
            Err(AppError::invalid("the input contains no handoff"))
        } else {
            Ok(handoffs)
        }
    }

    /// What [`import_all`](Self::import_all) would do with each handoff. Changes nothing.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn plan_import(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: &[IncomingHandoff],
        publish: PublishMode,
    ) -> Result<ImportPlan, AppError> {
        self.dry_run_import(grant, handoffs, publish, false).await
    }

    async fn dry_run_import(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: &[IncomingHandoff],
        publish: PublishMode,
        enforce_four_eyes: bool,
    ) -> Result<ImportPlan, AppError> {
        let mut rejected = BTreeMap::new();
        loop {
            let accepted = || handoffs.iter().enumerate().filter(|(place, _)| !rejected.contains_key(place));
            let places: Vec<usize> = accepted().map(|(place, _)| place).collect();
            let mut decisions = BTreeMap::new();
            let mut details = self.import_details(grant).await?;
            let options =
                ImportOptions { dry_run: true, publish, enforce_four_eyes, ..ImportOptions::default() };
            let place = |number: u64| places.get(usize::try_from(number).ok()?.checked_sub(1)?).copied();
            let result = self
                .import(grant, accepted().map(|(_, handoff)| Ok(handoff.clone())), options, |number, item| {
                    let planned = details.of(item);
                    decisions.extend(place(number).map(|place| (place, ImportDecision::Accepted(planned))));
                })
                .await;
            // A rejection ends the transaction, so try again without the rejected handoffs.
            let (number, reason) = match result {
                Ok(counts) => {
                    decisions.extend(
                        rejected.into_iter().map(|(place, why)| (place, ImportDecision::Rejected(why))),
                    );
                    return Ok(ImportPlan { handoffs: decisions.into_values().collect(), counts });
                }
                Err(error) => rejection(error)?,
            };
            match place(number) {
                Some(place) if rejected.len() < MAX_REJECTIONS => rejected.insert(place, reason),
                _ => return Err(too_many_rejections(&reason)),
            };
        }
    }

    /// Imports all handoffs, or none if any is rejected ([`AppError::ImportRejected`]).
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn import_all(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: &[IncomingHandoff],
        publish: PublishMode,
    ) -> Result<ImportPlan, AppError> {
        let plan = self.dry_run_import(grant, handoffs, publish, true).await?;
        if plan.rejected() > 0 {
            return Err(AppError::ImportRejected(plan));
        }
        let mut decisions = Vec::with_capacity(handoffs.len());
        let options = ImportOptions { publish, enforce_four_eyes: true, ..ImportOptions::default() };
        let all = handoffs.iter().map(|handoff| Ok(handoff.clone()));
        let mut details = self.import_details(grant).await?;
        let result = self
            .import(grant, all, options, |_, one| decisions.push(ImportDecision::Accepted(details.of(one))))
            .await;
        Ok(ImportPlan { handoffs: decisions, counts: result.map_err(into_app_error)? })
    }
}

/// The number of the rejected handoff and the reason, or the error that concerns the whole import.
pub(crate) fn rejection(error: ImportError) -> Result<(u64, String), AppError> {
    match error {
        ImportError::Handoff { number, source, .. } if matches!(*source, AppError::NameTaken(_)) => {
            Ok((number, source.to_string()))
        }
        ImportError::Repeated { number, .. } => {
            Ok((number, "another handoff of this document has the same id".to_owned()))
        }
        other => Err(into_app_error(other)),
    }
}

/// The error if too many handoffs are rejected, with one of the reasons.
pub(crate) fn too_many_rejections(reason: &str) -> AppError {
    AppError::invalid(format!("too many handoffs cannot be imported; the reason of one: {reason}"))
}

fn into_app_error(error: ImportError) -> AppError {
    match error {
        ImportError::App(error) => error,
        ImportError::Handoff { source, .. } => *source,
        ImportError::File(mut errors) if !errors.is_empty() => AppError::NotAHandoff(errors.swap_remove(0)),
        other => AppError::invalid(other.to_string()),
    }
}
