//! The contract: what every engine must do, one behaviour a function.
//!
//! An engine's tests call [`store_contract!`](crate::store_contract) with a function that opens a
//! fresh, empty database; each behaviour becomes a test of its name. A behaviour is added in the
//! module it belongs to and in the list below.

#![allow(clippy::missing_panics_doc, reason = "a panic is how a behaviour says that it is not met")]

pub mod accounts;
mod catalogue;
mod credentials;
pub mod deliveries;
pub mod isolation;
pub mod job_lists;
pub mod jobs;
pub mod locks;
pub mod nonces;
mod sample;
pub mod sessions;
pub mod started_jobs;
pub mod webhooks;

use std::error::Error;

pub use catalogue::{
    authoring, claims, counts, deep_pages, handoffs, imports, lists, search_index, settings, transactions,
};
pub use credentials::{api_keys, audit, clients, keys, users};

/// How a behaviour ends: `Err` where the engine reported something unexpected, a panic where it
/// answered something wrong.
pub type Outcome = Result<(), Box<dyn Error>>;

/// A test for each behaviour. `$open` is the path of an async function that answers the store of a
/// fresh database, and something that keeps the database until it is dropped.
#[macro_export]
macro_rules! store_contract {
    ($open:path) => {
        $crate::store_contract! { @tests $open;
            accounts {
                an_account_is_made_once
                accounts_are_ordered_by_id
                a_new_account_is_empty
                an_account_that_is_not_there_reads_as_empty_and_cannot_be_written
            }
            api_keys {
                an_api_key_comes_back_as_it_was
                api_keys_are_ordered_by_creation_and_counted
                an_app_key_is_taken_once_in_the_installation
                the_first_revocation_of_an_api_key_counts
                an_account_touches_its_own_api_keys_only
            }
            audit {
                the_audit_counts_up_in_each_account
                many_write_the_audit_at_once
            }
            authoring {
                every_version_is_kept
                states_follow_what_happens
                a_summary_tells_the_newest_version
                handoffs_are_found_by_what_they_hold
                what_is_found_can_be_walked_in_every_order
                what_is_rare_is_found_wherever_it_is
                changes_are_told_without_a_gap
                many_changes_keep_their_order
                an_idempotency_key_is_claimed_once
            }
            claims {
                the_first_claim_of_a_key_is_found
                a_transaction_sees_its_own_claims
                claims_of_one_transaction_contradict_each_other
                contradictions_count_as_findings
                one_contradiction_among_many_is_found
                a_recount_replaces_findings_and_claims
                newest_versions_are_listed
            }
            clients {
                a_client_comes_back_as_it_was
                clients_are_ordered_by_creation
                a_client_id_is_taken_once
                the_first_revocation_counts
            }
            counts {
                counts_follow_every_change
            }
            deep_pages {
                every_page_is_the_one_a_simple_list_would_give
                writers_at_once_keep_every_page_right
            }
            deliveries {
                each_wanted_change_is_queued_once
                a_delivery_is_claimed_until_it_is_settled_or_given_up
                deliveries_that_are_queued_at_once_have_their_own_numbers
                what_could_not_be_sent_is_noted
                of_many_that_claim_each_delivery_has_one
                deliveries_are_listed_sent_again_and_forgotten
                the_next_attempt_is_known
            }
            handoffs {
                a_handoff_comes_back_as_it_was
                an_extension_is_kept_and_never_served
                versions_are_numbered
                a_draft_changes_nothing_that_is_served
                the_creation_time_never_changes
                a_name_is_taken_whatever_its_case
                a_name_becomes_free
                saving_brings_back_what_was_archived
                only_what_is_there_can_be_published_or_archived
            }
            imports {
                a_handoff_is_found_by_its_name
                extensions_are_listed_by_id
                ids_of_what_is_published_are_listed
                names_move_within_a_transaction
                a_thousand_handoffs_are_written_in_one_transaction
            }
            isolation {
                readers_see_their_own_account_only
                writers_touch_their_own_account_only
                accounts_may_use_the_same_ids_and_names
            }
            job_lists {
                jobs_that_have_ended_are_deleted
                jobs_of_all_accounts_are_listed
            }
            jobs {
                a_job_waits_runs_and_ends
                a_job_that_fails_is_retried
                enqueued_again_a_job_is_due_at_the_earlier_time
                a_lease_ends_unless_it_is_renewed
                of_many_that_claim_each_job_has_one
                accounts_take_turns
                an_account_touches_its_own_jobs_only
            }
            keys {
                signing_keys_come_back_in_order
                a_sequence_or_kid_is_taken_once
            }
            lists {
                lists_follow_publish_unpublish_and_archive
                a_channel_list_has_an_element_for_each_configuration
                publishing_again_moves_the_channel_lists
                pages_are_ordered_by_creation_then_id
                pages_are_stable_when_handoffs_are_added
                a_page_past_the_end_knows_the_total
                the_whole_list_can_be_walked
            }
            locks {
                a_locked_account_stops_no_session_nonce_delivery_or_audit
            }
            nonces {
                a_nonce_is_spent_once
                of_many_that_spend_a_nonce_one_may
                nonces_are_forgotten_in_parts
            }
            search_index {
                the_index_finds_what_a_look_at_all_texts_finds
            }
            sessions {
                a_session_comes_back_with_its_user
                a_session_is_extended_and_ended
                sessions_do_not_pile_up
                another_password_or_revocation_ends_the_sessions
                another_role_counts_in_open_sessions
                no_login_survives_a_change_of_password
                users_and_sessions_are_of_their_account_only
            }
            started_jobs {
                a_job_that_is_started_is_claimed
                a_transaction_on_the_catalogue_finishes_its_job
            }
            settings {
                settings_are_the_last_ones_set
            }
            transactions {
                what_is_dropped_never_was
                a_transaction_sees_its_own_writes_and_nobody_else_does
                every_commit_moves_the_revision_by_one
                a_transaction_that_failed_cannot_be_committed
                whoever_listens_hears_of_commits
                writers_of_one_account_lose_nothing
                of_two_writers_of_one_name_one_wins
            }
            users {
                users_come_back_as_they_were
                a_login_name_is_taken_once
                an_administrator_is_one_who_is_not_revoked
            }
            webhooks {
                a_webhook_comes_back_as_it_was
                a_deleted_webhook_is_purged_in_parts
                an_account_has_no_more_webhooks_than_allowed
                a_commit_with_changes_enqueues_deliveries
                an_account_touches_its_own_webhooks_only
            }
        }
    };
    (@tests $open:path; $($group:ident { $($behaviour:ident)+ })+) => {
        $(mod $group {
            $(#[tokio::test]
            async fn $behaviour() {
                let (store, _database) = $open().await;
                $crate::contract::$group::$behaviour(&store).await.unwrap();
            })+
        })+
    };
}
