//! Opt-outs in files: one address per line, or in the first column of a CSV file.

use std::collections::BTreeMap;
use std::io::{self, Read};

use futures::{Stream, StreamExt, stream};
use outbound_model::{AccountId, AuditAction, ChangeDetails, Invalid};
use outbound_reporting::Address;
use outbound_spreadsheet::{ListCell, ListReader, list_line};
use outbound_store::{ConsumerKey, OptOut};
use serde_json::json;

use super::feed::save_opt_out;
use super::opt_outs::PERSON;
use crate::reporting::read_entered_address;
use crate::{App, AppError, Grant, ManageCredentials, WriteCampaigns};

/// The maximum number of addresses in a request, so that it ends before its timeout.
pub const MAX_IMPORTED_OPT_OUTS: usize = 10_000;
/// The maximum number of opt-outs that are added in one commit.
const BATCH: usize = 500;
/// The number of opt-outs that are exported at a time.
const PAGE: u32 = 1000;
/// The headings of a column of addresses.
const HEADINGS: [&str; 4] = ["address", "phone", "phone number", "number"];

/// An address of a file, which is not checked yet.
#[derive(Clone, Debug)]
pub struct OptOutLine(ListCell);

/// Reads the addresses of a file. Leaves out empty lines, lines that begin with `#`, and a heading.
pub fn read_opt_outs<R: Read>(file: R) -> impl Iterator<Item = io::Result<OptOutLine>> {
    ListReader::new(file, &HEADINGS).map(|cell| cell.map(OptOutLine))
}

/// The result of an import.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ImportedOptOuts {
    /// The number of new opt-outs.
    pub added: u64,
    /// The number of addresses that had opted out already.
    pub known: u64,
    /// The lines that are no addresses.
    pub rejected: Vec<RejectedOptOut>,
}

/// A line that is no address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RejectedOptOut {
    /// The number of the line, from 1.
    pub line: u64,
    /// Why it was rejected. The line is not repeated, because it may be personal data.
    pub reason: String,
}

impl ImportedOptOuts {
    fn add(&mut self, other: Self) {
        self.added += other.added;
        self.known += other.known;
        self.rejected.extend(other.rejected);
    }
}

/// A page of an export.
#[derive(Clone, Debug)]
pub struct ExportedOptOuts {
    /// The addresses.
    pub addresses: Vec<Address>,
    /// The number of opt-outs without a stored address.
    pub left_out: usize,
    /// Where the next page begins; `None` after the last page.
    pub next: Option<ConsumerKey>,
}

impl ExportedOptOuts {
    /// The page as a part of a file that [`read_opt_outs`] reads.
    pub fn lines(&self) -> String {
        self.addresses.iter().map(|address| list_line(address.reveal())).collect()
    }
}

/// Addresses by consumer, and the lines that are none.
#[derive(Default)]
struct CheckedLines {
    opt_outs: BTreeMap<ConsumerKey, (Address, OptOut)>,
    repeated: u64,
    rejected: Vec<RejectedOptOut>,
}

impl App {
    /// Adds the addresses of a file in a request, which is rejected as a whole if it has too many.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn import_opt_out_file(
        &self,
        grant: &Grant<WriteCampaigns>,
        file: &[u8],
    ) -> Result<ImportedOptOuts, AppError> {
        let lines: io::Result<Vec<_>> = read_opt_outs(file).take(MAX_IMPORTED_OPT_OUTS + 1).collect();
        let lines = lines.map_err(|error| AppError::invalid(format!("the file cannot be read: {error}")))?;
        if lines.len() > MAX_IMPORTED_OPT_OUTS {
            return Err(AppError::invalid(format!(
                "a request has at most {MAX_IMPORTED_OPT_OUTS} addresses; split the file, or run: outbound opt-out import"
            )));
        }
        self.import_opt_outs(grant, &lines).await
    }

    /// Adds addresses, in several commits. Lines that are no addresses are left out and returned. After an error, the
    /// import can be repeated.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn import_opt_outs(
        &self,
        grant: &Grant<WriteCampaigns>,
        lines: &[OptOutLine],
    ) -> Result<ImportedOptOuts, AppError> {
        let mut imported = ImportedOptOuts::default();
        for batch in lines.chunks(BATCH) {
            let (app, account, batch) = (self.clone(), grant.account().clone(), batch.to_vec());
            let check = move || app.check_opt_outs(&account, batch);
            let checked = self.compute(grant.account(), check).await??;
            imported.add(self.add_opt_outs(grant, checked).await?);
        }
        Ok(imported)
    }

    /// Checks lines and encrypts addresses. Takes milliseconds, so it runs outside of the async threads.
    fn check_opt_outs(&self, account: &AccountId, lines: Vec<OptOutLine>) -> Result<CheckedLines, AppError> {
        let mut checked = CheckedLines::default();
        let now = self.clock.now();
        for OptOutLine(ListCell { line, text }) in lines {
            let address = match text {
                Ok(text) => read_entered_address(&text),
                Err(_) => Err(Invalid::new("the text is not UTF-8").into()),
            };
            match address {
                Ok(address) => {
                    let opt_out = self.opt_out(account, &address, now, (PERSON, None))?;
                    let repeated = checked.opt_outs.insert(opt_out.consumer, (address, opt_out));
                    checked.repeated += u64::from(repeated.is_some());
                }
                Err(error @ (AppError::Invalid(_) | AppError::Reporting(_))) => {
                    checked.rejected.push(RejectedOptOut { line, reason: error.to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(checked)
    }

    /// Adds opt-outs in one commit. They are sorted, so that imports at the same time wait for each other instead of
    /// deadlocking.
    async fn add_opt_outs(
        &self,
        grant: &Grant<WriteCampaigns>,
        checked: CheckedLines,
    ) -> Result<ImportedOptOuts, AppError> {
        let CheckedLines { opt_outs, repeated, rejected } = checked;
        let mut imported = ImportedOptOuts { added: 0, known: repeated, rejected };
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        for (address, opt_out) in opt_outs.values() {
            let details = ChangeDetails::default();
            if save_opt_out(&mut *transaction, opt_out, grant.principal(), details).await? {
                imported.added += 1;
                let entry = self.audit_entry(grant, AuditAction::OptOutAdded, &address.masked(), &json!({}));
                transaction.audit(&entry).await?;
            } else {
                imported.known += 1;
            }
        }
        transaction.commit().await?;
        Ok(imported)
    }

    /// A page of the opt-outs with complete addresses, after one of an earlier page.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn export_opt_outs(
        &self,
        grant: &Grant<ManageCredentials>,
        after: Option<&ConsumerKey>,
    ) -> Result<ExportedOptOuts, AppError> {
        let page = self.listed_opt_outs(grant.account(), after, PAGE).await?;
        let next = page.last().filter(|_| page.len() >= PAGE as usize).map(|last| last.key);
        let listed = page.len();
        let addresses: Vec<_> = page.into_iter().filter_map(|opt_out| opt_out.address).collect();
        Ok(ExportedOptOuts { left_out: listed - addresses.len(), addresses, next })
    }

    /// All addresses as a file that [`read_opt_outs`] reads. Its parts are read from the database when they are wanted.
    /// An error of the first part is returned at once; a later one ends the file.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn export_opt_out_file(
        &self,
        grant: Grant<ManageCredentials>,
    ) -> Result<impl Stream<Item = Result<String, AppError>> + Send + use<>, AppError> {
        let first = self.export_opt_outs(&grant, None).await?;
        let rest = stream::try_unfold((self.clone(), grant, first.next), |(app, grant, after)| async move {
            let Some(after) = after else { return Ok(None) };
            let page = app.export_opt_outs(&grant, Some(&after)).await?;
            Ok(Some((page.lines(), (app, grant, page.next))))
        });
        Ok(stream::iter([Ok(first.lines())]).chain(rest))
    }
}
