//! The list of all behaviours of the contract.

/// Declares a test for each behaviour. `$open` is the path of an async function that returns the store of a
/// new database, and a value that keeps the database until it is dropped.
#[macro_export]
macro_rules! store_contract {
    ($open:path) => {
        $crate::campaign_contract! { $open }
        $crate::store_contract! { @tests $open;
            accounts {
                creating_an_existing_account_fails
                accounts_are_ordered_by_id
                a_new_account_is_empty
                an_unknown_account_reads_as_empty_and_cannot_be_written
            }
            api_keys {
                an_api_key_is_stored_with_all_fields
                api_keys_are_ordered_by_creation_and_counted
                an_app_key_is_unique_in_the_installation
                revoking_an_api_key_twice_keeps_the_first_time
                an_account_cannot_access_api_keys_of_another
            }
            audit {
                audit_entries_are_numbered_in_each_account
                concurrent_transactions_add_audit_entries
            }
            authoring {
                every_version_is_kept
                the_state_follows_each_operation
                a_summary_describes_the_newest_version
                search_matches_the_content_of_handoffs
                search_results_can_be_paged_in_every_order
                search_finds_rare_matches_at_any_position
                changes_are_numbered_without_gaps
                many_changes_keep_their_order
                an_idempotency_key_is_claimed_once
            }
            campaign_feed {
                changes_reach_the_feed_once
                changes_are_delivered_to_subscribers
                old_changes_of_campaigns_are_deleted
                a_finished_campaign_is_noticed
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
                a_client_is_stored_with_all_fields
                clients_are_ordered_by_creation
                a_client_id_is_unique
                revoking_a_client_twice_keeps_the_first_time
            }
            consumers {
                an_erased_consumer_leaves_every_count
                an_erased_address_is_not_stored_again
            }
            counts {
                counts_follow_every_change
            }
            deep_pages {
                every_page_equals_the_page_of_a_simple_list
                pages_are_correct_after_concurrent_writes
            }
            deliveries {
                each_subscribed_change_is_queued_once
                a_delivery_is_claimed_until_it_is_settled_or_the_claim_expires
                concurrently_queued_deliveries_have_distinct_numbers
                the_reason_for_an_unsent_delivery_is_recorded
                concurrent_claims_return_each_delivery_once
                deliveries_are_listed_resent_and_pruned
                the_time_of_the_next_attempt_is_returned
            }
            files {
                a_file_is_written_in_parts
                a_deleted_file_leaves_no_part
            }
            handoffs {
                a_handoff_is_stored_unchanged
                an_extension_is_stored_and_never_served
                versions_are_numbered
                a_draft_does_not_change_the_published_list
                the_creation_time_never_changes
                names_are_unique_without_regard_to_case
                a_name_becomes_available_again
                saving_restores_an_archived_handoff
                unknown_and_archived_handoffs_cannot_be_published
            }
            imports {
                a_handoff_is_found_by_its_name
                extensions_are_listed_by_id
                ids_of_published_handoffs_are_listed
                names_move_within_a_transaction
                large_prefetched_handoffs_are_read_unchanged
                a_thousand_handoffs_are_written_in_one_transaction
            }
            isolation {
                readers_see_only_their_account
                writers_change_only_their_account
                accounts_may_use_the_same_ids_and_names
            }
            job_lists {
                jobs_that_have_ended_are_deleted
                jobs_of_all_accounts_are_listed
            }
            jobs {
                a_job_waits_runs_and_ends
                a_job_that_fails_is_retried
                a_job_is_created_when_it_is_enqueued
                enqueueing_a_job_again_keeps_the_earlier_time
                a_lease_ends_unless_it_is_renewed
                concurrent_claims_return_each_job_once
                accounts_take_turns
                an_account_cannot_access_jobs_of_another
            }
            keys {
                signing_keys_are_ordered_by_sequence
                sequence_and_kid_are_unique
            }
            lists {
                lists_follow_publish_unpublish_and_archive
                a_channel_list_has_an_element_for_each_configuration
                publishing_a_new_version_updates_the_channel_lists
                pages_are_ordered_by_creation_then_id
                pages_are_stable_when_handoffs_are_added
                a_page_past_the_end_contains_the_total
                the_whole_list_can_be_paged
            }
            locks {
                a_locked_account_does_not_block_other_concerns
            }
            nonces {
                a_nonce_can_be_spent_once
                of_concurrent_requests_one_spends_a_nonce
                expired_nonces_are_pruned_in_batches
            }
            reported_campaigns {
                a_campaign_is_reported
            }
            retention {
                old_messages_are_deleted_with_their_totals
            }
            search_index {
                the_index_finds_the_same_as_a_full_scan
            }
            sessions {
                a_session_is_found_with_its_user
                a_session_is_extended_and_ended
                old_sessions_are_deleted
                a_new_password_or_revocation_ends_sessions
                a_new_role_applies_to_open_sessions
                no_session_survives_a_password_change
                an_account_cannot_access_users_or_sessions_of_another
            }
            started_jobs {
                a_started_job_is_claimed
                a_transaction_on_the_catalogue_finishes_its_job
            }
            settings {
                settings_are_replaced
            }
            totals {
                totals_equal_a_recount_of_all_messages
                concurrent_callers_count_each_message_once
                transactions_are_listed_by_pages
                repeated_events_change_nothing
                accounts_never_see_messages_of_each_other
            }
            transactions {
                a_dropped_transaction_changes_nothing
                uncommitted_writes_are_visible_only_in_their_transaction
                every_commit_increments_the_revision
                a_failed_transaction_cannot_be_committed
                listeners_are_notified_of_commits
                concurrent_writers_of_one_account_lose_no_update
                of_two_concurrent_writers_of_a_name_one_succeeds
            }
            users {
                users_are_stored_with_all_fields
                a_login_name_is_unique
                revoked_administrators_do_not_count
            }
            webhooks {
                a_webhook_is_stored_with_all_fields
                a_deleted_webhook_is_purged_in_batches
                the_number_of_webhooks_is_limited
                a_commit_with_changes_enqueues_deliveries
                an_account_cannot_access_webhooks_of_another
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

/// The part of [`store_contract!`](crate::store_contract) that is about campaigns. The store in memory passes it.
#[macro_export]
macro_rules! campaign_contract {
    ($open:path) => {
        $crate::store_contract! { @tests $open;
            campaign_acceptance {
                a_campaign_is_stored_with_all_fields
                campaigns_are_listed_by_pages
                the_recipients_of_a_day_are_limited
                a_request_with_a_key_is_accepted_once
                a_decision_is_made_once
            }
            campaign_answers {
                an_answer_is_taken_once
                old_campaigns_are_deleted
            }
            campaign_consumers {
                a_consumer_opts_out_once
                an_opt_out_gets_its_address_later
                an_erased_consumer_leaves_no_personal_data
                a_recipient_is_erased_by_the_address_of_any_channel
                an_inbound_message_is_added_once
                a_conversation_is_opened_and_closed
                old_conversations_are_deleted
                a_connection_is_found_by_its_callback
            }
            campaign_lanes {
                a_lane_is_leased_to_one_owner
                a_lane_is_scheduled_blocked_and_paused
                a_lane_is_rescheduled
                sending_is_held_until_it_is_permitted
            }
            campaign_recipients {
                every_state_is_stored_and_counted
                retryable_recipients_are_found
                due_recipients_are_claimed_in_order
                campaigns_of_a_lane_take_turns
                concurrent_claims_return_each_recipient_once
                concurrent_changes_of_a_recipient_are_serialized
            }
        }
    };
}
