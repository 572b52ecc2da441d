//! Statements of campaigns, opt-outs, conversations, connections and events.

use crate::lookup::LookupSql;
use crate::statement::{InstallationSql, PerEngine, TenantSql, per_engine_statements, statements};

/// The columns of [`CampaignRow`](super::super::rows::CampaignRow).
macro_rules! campaign {
    () => {
        "campaign_id, le_campaign, le_engagement, created_at, created_by, name, skill, control, reason, expires_at,
         waiting, in_flight, sent, failed, skipped, cancelled, unknown, failure_class, failures, frozen"
    };
}

/// The columns of a connection.
macro_rules! connection {
    () => {
        "connection_id, kind, name, sealed_settings, callback_id, created_at"
    };
}

pub(crate) const CAMPAIGN_BY_ID: LookupSql = LookupSql {
    locks: false,
    select: concat!("SELECT ", campaign!()),
    from: "campaigns h WHERE h.account_id = $1 AND h.campaign_id",
};

pub(crate) const OPT_OUT_BY_CONSUMER: LookupSql = LookupSql {
    locks: false,
    select: "SELECT h.consumer_key",
    from: "opt_outs h WHERE h.account_id = $1 AND h.consumer_key",
};

pub(crate) const CONVERSATION_BY_CONSUMER: LookupSql = LookupSql {
    locks: false,
    select: "SELECT h.consumer_key, h.channel, h.conversation_id, h.campaign_id, h.skill, h.opened_at,
                    h.last_message_at",
    from: "open_conversations h WHERE h.account_id = $1 AND h.consumer_key",
};

macro_rules! delete_events {
    (sqlite) => {
        "DELETE FROM campaign_events
         WHERE account_id = $1 AND event_no IN (SELECT value FROM json_each($2))"
    };
    (postgres) => {
        "DELETE FROM campaign_events WHERE account_id = $1 AND event_no = ANY($2)"
    };
}

per_engine_statements! { TenantSql, PER_ENGINE:
    DELETE_EVENTS = delete_events;
}

statements! { InstallationSql, INSTALLATION:
    CONNECTION_OF_CALLBACK =
        concat!("SELECT account_id, ", connection!(), " FROM connections WHERE callback_id = $1");

    ACCOUNT_WITH_EVENTS = "
        SELECT account_id FROM campaign_events WHERE account_id > $1 ORDER BY account_id LIMIT 1";

    ACCOUNT_WITH_CHANGES = "
        SELECT account_id FROM new_changes WHERE account_id > $1 ORDER BY account_id LIMIT 1";

    SENDING_HOLD = "
        SELECT seen_at, held_at,
               CAST(CASE WHEN EXISTS (
                        SELECT 1
                        FROM lanes l
                        JOIN recipients r ON r.account_id = l.account_id AND r.lane = l.lane
                        WHERE l.due_at < $1 AND l.paused_reason IS NULL AND r.due_at < $1 AND r.state = 'waiting')
                    THEN 1 ELSE 0 END AS BIGINT)
        FROM campaign_engine";

    RECORD_SENDING = "UPDATE campaign_engine SET seen_at = $1 WHERE seen_at IS NULL OR seen_at < $1";

    HOLD_SENDING = "UPDATE campaign_engine SET held_at = $1";
}

statements! { TenantSql, TENANT:
    INSERT_CAMPAIGN = concat!("
        INSERT INTO campaigns (account_id, ", campaign!(), ", request_key, request_hash, sealed_response,
                               is_purged)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, 0, 0, 0, NULL, 0, $13, $14, $15, $16,
                0)");

    CAMPAIGN = concat!("SELECT ", campaign!(), " FROM campaigns WHERE account_id = $1 AND campaign_id = $2");

    /// Campaigns before the one with id $3, created at $2.
    CAMPAIGNS = concat!("
        SELECT ", campaign!(), "
        FROM campaigns
        WHERE account_id = $1 AND (created_at, campaign_id) < ($2, $3)
        ORDER BY created_at DESC, campaign_id DESC
        LIMIT $4");

    SET_CONTROL = "
        UPDATE campaigns SET control = $4, reason = $5
        WHERE account_id = $1 AND campaign_id = $2 AND control = $3";

    SET_FAILURES = "
        UPDATE campaigns SET failure_class = $3, failures = $4 WHERE account_id = $1 AND campaign_id = $2";

    ADD_COUNTS = "
        UPDATE campaigns
        SET waiting = waiting + $3, in_flight = in_flight + $4, sent = sent + $5, failed = failed + $6,
            skipped = skipped + $7, cancelled = cancelled + $8, unknown = unknown + $9
        WHERE account_id = $1 AND campaign_id = $2
        RETURNING waiting + in_flight, control";

    ACCEPTED_REQUEST = "
        SELECT request_hash, sealed_response FROM campaigns WHERE account_id = $1 AND request_key = $2";

    UNPURGED_CAMPAIGNS = "
        SELECT campaign_id
        FROM campaigns
        WHERE account_id = $1 AND is_purged = 0 AND created_at < $2
        ORDER BY created_at
        LIMIT $3";

    PURGE_CAMPAIGN = "
        UPDATE campaigns SET is_purged = 1, request_key = NULL, request_hash = NULL, sealed_response = NULL
        WHERE account_id = $1 AND campaign_id = $2";

    OLD_CAMPAIGNS = "
        SELECT campaign_id
        FROM campaigns
        WHERE account_id = $1 AND created_at < $2
        ORDER BY created_at
        LIMIT $3";

    DELETE_RECIPIENTS = "DELETE FROM recipients WHERE account_id = $1 AND campaign_id = $2";

    DELETE_CAMPAIGN = "DELETE FROM campaigns WHERE account_id = $1 AND campaign_id = $2";

    DELETE_DAILY_RECIPIENTS = "DELETE FROM daily_recipients WHERE account_id = $1 AND day < $2";

    /// Adds $4 recipients, unless there would be more than $5.
    COUNT_RECIPIENTS = "
        INSERT INTO daily_recipients (account_id, channel, day, count) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, channel, day) DO UPDATE
        SET count = daily_recipients.count + excluded.count
        WHERE daily_recipients.count + excluded.count <= $5";

    OPT_OUTS = "
        SELECT consumer_key, sealed_address, since, source, keyword
        FROM opt_outs
        WHERE account_id = $1 AND consumer_key > $2
        ORDER BY consumer_key
        LIMIT $3";

    INSERT_OPT_OUT = "
        INSERT INTO opt_outs (account_id, consumer_key, sealed_address, since, source, keyword)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, consumer_key) DO NOTHING";

    ADD_ADDRESS = "
        UPDATE opt_outs SET sealed_address = $3
        WHERE account_id = $1 AND consumer_key = $2 AND length(sealed_address) = 0";

    DELETE_OPT_OUT = "DELETE FROM opt_outs WHERE account_id = $1 AND consumer_key = $2";

    ERASE_OPT_OUT = "
        UPDATE opt_outs SET sealed_address = $3
        WHERE account_id = $1 AND consumer_key = $2 AND sealed_address <> $3";

    ERASE_ANSWERS = "DELETE FROM answers WHERE account_id = $1 AND consumer_key = $2";

    ERASE_CONVERSATION = "DELETE FROM open_conversations WHERE account_id = $1 AND consumer_key = $2";

    DELETE_CONVERSATIONS = "DELETE FROM open_conversations WHERE account_id = $1 AND last_message_at < $2";

    SAVE_CONVERSATION = "
        INSERT INTO open_conversations (account_id, consumer_key, channel, conversation_id, campaign_id, skill,
                                        opened_at, last_message_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id, consumer_key) DO UPDATE
        SET channel = excluded.channel, conversation_id = excluded.conversation_id,
            campaign_id = excluded.campaign_id, skill = excluded.skill, opened_at = excluded.opened_at,
            last_message_at = excluded.last_message_at";

    CLOSE_CONVERSATION = "
        DELETE FROM open_conversations
        WHERE account_id = $1 AND consumer_key = $2 AND conversation_id = $3";

    CONNECTIONS = concat!("
        SELECT ", connection!(), " FROM connections WHERE account_id = $1 ORDER BY connection_id");

    CONNECTION_COUNT = "SELECT COUNT(*) FROM connections WHERE account_id = $1";

    INSERT_CONNECTION = concat!("
        INSERT INTO connections (account_id, ", connection!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)");

    SET_CALLBACK_ID = "
        UPDATE connections SET callback_id = $3 WHERE account_id = $1 AND connection_id = $2";

    DELETE_CONNECTION = "DELETE FROM connections WHERE account_id = $1 AND connection_id = $2";

    INSERT_ANSWER = "
        INSERT INTO answers (account_id, answer_key, lane, added_at, consumer_key, sealed)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, answer_key) DO NOTHING";

    ANSWERS = "
        SELECT answer_key, added_at, sealed
        FROM answers
        WHERE account_id = $1 AND lane = $2
        ORDER BY added_at, answer_key
        LIMIT $3";

    TAKE_ANSWER = "UPDATE answers SET lane = NULL, sealed = NULL WHERE account_id = $1 AND answer_key = $2";

    PURGE_ANSWERS = "DELETE FROM answers WHERE account_id = $1 AND added_at < $2";

    INSERT_INBOUND = "
        INSERT INTO inbound_messages (account_id, message_key, received_at) VALUES ($1, $2, $3)
        ON CONFLICT (account_id, message_key) DO NOTHING";

    FORGET_INBOUND = "DELETE FROM inbound_messages WHERE account_id = $1 AND received_at < $2";

    INSERT_EVENTS = "INSERT INTO campaign_events (account_id, sealed) VALUES ($1, $2)";

    OUTBOX_EVENTS = "
        SELECT event_no, sealed FROM campaign_events WHERE account_id = $1 ORDER BY event_no LIMIT $2";
}
