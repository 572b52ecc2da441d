//! Files with reports.

use futures::future::join_all;
use outbound_model::Timestamp;
use uuid::Uuid;

use crate::contract::Outcome;
use crate::contract::sample::account;
use crate::{ReportFile, Store};

behaviours! {
    a_file_is_written_in_parts,
    a_deleted_file_leaves_no_part,
    no_more_files_are_added_than_allowed,
}

fn file(number: u128, created_at: i64) -> ReportFile {
    ReportFile {
        id: Uuid::from_u128(number),
        created_by: "user ada".to_owned(),
        created_at: Timestamp::EPOCH.plus_millis(created_at),
        request: r#"{"format":"csv"}"#.to_owned(),
        messages: 0,
        bytes: None,
    }
}

/// A file is written in parts, and read by its account only.
async fn a_file_is_written_in_parts(store: &dyn Store) -> Outcome {
    let (mine, other) = (account(store, "brand1").await?, account(store, "brand2").await?);
    let (first, second) = (file(1, 1000), file(2, 2000));
    store.add_report_file(&mine, &first, 9).await?;
    store.add_report_file(&mine, &second, 9).await?;
    assert_eq!(store.report_files(&mine, 10).await?, [second.clone(), first.clone()]);
    assert_eq!(store.report_files(&mine, 1).await?, [second]);
    for (number, content) in [(0, b"first".as_slice()), (1, b"second"), (0, b"first again")] {
        assert!(store.write_report_part(&mine, first.id, number, content).await?);
    }
    assert!(store.update_report_file(&mine, first.id, 7, Some(16)).await?);
    let complete = ReportFile { messages: 7, bytes: Some(16), ..first.clone() };
    assert_eq!(store.report_file(&mine, first.id).await?, Some(complete));
    assert_eq!(store.report_part(&mine, first.id, 0).await?.as_deref(), Some(b"first again".as_slice()));
    assert_eq!(store.report_part(&mine, first.id, 2).await?, None);

    assert_eq!(store.report_files(&other, 10).await?, []);
    assert_eq!(store.report_file(&other, first.id).await?, None);
    assert_eq!(store.report_part(&other, first.id, 0).await?, None);
    assert!(!store.write_report_part(&other, first.id, 0, b"foreign").await?);
    assert!(!store.update_report_file(&other, first.id, 1, None).await?);
    assert!(!store.hide_report_file(&other, first.id).await?);
    assert_eq!(store.hide_report_files(&other, file(9, 9000).created_at).await?, 0);
    Ok(())
}

/// Nothing of a deleted file is left, and nothing can be added to it.
async fn a_deleted_file_leaves_no_part(store: &dyn Store) -> Outcome {
    let account = account(store, "brand1").await?;
    let (old, new) = (file(1, 1000), file(2, 2000));
    for file in [&old, &new] {
        store.add_report_file(&account, file, 9).await?;
        // Several batches of a deletion.
        for part in 0..40 {
            store.write_report_part(&account, file.id, part, b"part").await?;
        }
    }
    assert_eq!(store.hide_report_files(&account, new.created_at).await?, 1);
    assert_eq!(store.delete_hidden_report_files(&account).await?, 1);
    for part in [0, 39] {
        assert_eq!(store.report_part(&account, old.id, part).await?, None);
    }
    assert!(!store.write_report_part(&account, old.id, 0, b"late").await?);
    assert!(!store.update_report_file(&account, old.id, 1, Some(4)).await?);
    assert_eq!(store.report_part(&account, old.id, 0).await?, None);
    assert!(store.hide_report_file(&account, new.id).await?);
    assert!(!store.hide_report_file(&account, new.id).await?);
    assert_eq!(store.report_file(&account, new.id).await?, None);
    assert_eq!(store.delete_hidden_report_files(&account).await?, 1);
    assert_eq!(store.report_part(&account, new.id, 0).await?, None);
    // A file with the same id does not get the parts of the deleted one.
    store.add_report_file(&account, &new, 9).await?;
    assert_eq!(store.report_part(&account, new.id, 0).await?, None);
    Ok(())
}

/// Also by several requests at the same time.
async fn no_more_files_are_added_than_allowed(store: &dyn Store) -> Outcome {
    let account = account(store, "brand1").await?;
    let added =
        join_all((1..=8).map(async |number| store.add_report_file(&account, &file(number, 1000), 3).await));
    let mut accepted = 0;
    for added in added.await {
        accepted += usize::from(added?);
    }
    assert_eq!(store.report_files(&account, 99).await?.len(), accepted);
    assert!(accepted <= 3, "{accepted}");
    for number in 9..=12 {
        store.add_report_file(&account, &file(number, 1000), 3).await?;
    }
    let files = store.report_files(&account, 99).await?;
    assert_eq!(files.len(), 3);
    assert!(!store.add_report_file(&account, &file(13, 1000), 3).await?);
    // A deleted file makes room for another one.
    assert!(store.hide_report_file(&account, files[0].id).await?);
    assert!(store.add_report_file(&account, &file(13, 1000), 3).await?);
    Ok(())
}
