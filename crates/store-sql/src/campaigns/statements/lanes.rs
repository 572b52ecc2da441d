//! Statements of lanes.

use crate::statement::{
    InstallationSql, PerEngine, TenantSql, locking_statements, per_engine_statements, statements,
};

/// The columns of [`LaneRow`](super::super::rows::LaneRow).
macro_rules! lane {
    () => {
        "lane, rate, due_at, blocked_until, paused_reason, owner, lease_until, claims"
    };
}

/// Leases up to $4 due lanes to $1 from $2 to $3. They are selected before the update, so that there are never
/// more.
macro_rules! lease_lanes {
    ($locking:literal) => {
        concat!(
            "
        WITH due AS MATERIALIZED (
            SELECT account_id, lane
            FROM lanes
            WHERE due_at <= $2 AND lease_until <= $2
            ORDER BY due_at
            LIMIT $4",
            $locking,
            ")
        UPDATE lanes SET owner = $1, lease_until = $3
        WHERE (account_id, lane) IN (SELECT account_id, lane FROM due)"
        )
    };
}

/// Extends the valid leases of $1 to $3. Skips lanes that a transaction is using, because it may use several.
macro_rules! renew_leases {
    ($locking:literal) => {
        concat!(
            "
        WITH due AS MATERIALIZED (
            SELECT account_id, lane
            FROM lanes
            WHERE due_at IS NOT NULL AND owner = $1 AND lease_until > $2",
            $locking,
            ")
        UPDATE lanes SET lease_until = $3
        WHERE (account_id, lane) IN (SELECT account_id, lane FROM due)"
        )
    };
}

locking_statements! { InstallationSql, INSTALLATION_LOCKING:
    LEASE_LANES = lease_lanes;
    RENEW_LEASES = renew_leases;
}

statements! { InstallationSql, INSTALLATION_LANES:
    /// Lanes with nothing to do are found by their next use; their leases end by themselves.
    RELEASE_LANES = "
        UPDATE lanes SET lease_until = 0
        WHERE due_at IS NOT NULL AND owner = $1";
}

/// The accounts in the list $4 are left out.
macro_rules! due_lanes {
    ($is_other_account:literal) => {
        concat!(
            "
        SELECT account_id, lane
        FROM lanes
        WHERE due_at <= $2 AND owner = $1 AND lease_until > $2 AND account_id ",
            $is_other_account,
            "
        ORDER BY due_at
        LIMIT $3"
        )
    };
    (sqlite) => {
        due_lanes!("NOT IN (SELECT value FROM json_each($4))")
    };
    (postgres) => {
        due_lanes!("<> ALL($4)")
    };
}

per_engine_statements! { InstallationSql, INSTALLATION_PER_ENGINE:
    DUE_LANES = due_lanes;
}

statements! { TenantSql, LANES:
    ALL_LANES = concat!("SELECT ", lane!(), " FROM lanes WHERE account_id = $1 ORDER BY lane");

    /// Locks the lane until the end of the transaction, and reads it.
    LOCK_LANE = concat!("
        UPDATE lanes SET rate = rate WHERE account_id = $1 AND lane = $2 RETURNING ", lane!());

    /// The lane must be locked.
    SAVE_LANE = "
        UPDATE lanes SET rate = $3, due_at = $4, blocked_until = $5, paused_reason = $6, claims = $7
        WHERE account_id = $1 AND lane = $2";

    /// Makes a lane due at $4 at the latest. Adds it, with rate $3, if it is new.
    ADVANCE_LANE = "
        INSERT INTO lanes (account_id, lane, rate, due_at, lease_until) VALUES ($1, $2, $3, $4, 0)
        ON CONFLICT (account_id, lane) DO UPDATE SET due_at = excluded.due_at
        WHERE lanes.due_at IS NULL OR lanes.due_at > excluded.due_at";

    NEXT_ANSWER = "
        SELECT added_at FROM answers WHERE account_id = $1 AND lane = $2 ORDER BY added_at LIMIT 1";
}
