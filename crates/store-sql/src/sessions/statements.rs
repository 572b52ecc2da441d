//! Statements of sessions and nonces, which are in the operational file on SQLite.

use crate::statement::{InstallationSql, PerEngine, TenantSql, locking_statements, statements};

macro_rules! delete_ended {
    ($locking:literal) => {
        concat!(
            "
        DELETE FROM sessions
        WHERE account_id = $1 AND cookie_hash IN (
            SELECT cookie_hash
            FROM sessions
            WHERE account_id = $1 AND idle_until <= $2",
            $locking,
            ")"
        )
    };
}

/// Deletes the oldest first, so that no expired nonce stays forever. They are selected first, because a plan that
/// selected them again for each row would skip those already deleted and delete more than $2.
macro_rules! prune_nonces {
    ($locking:literal) => {
        concat!(
            "
        WITH due AS MATERIALIZED (
            SELECT account_id, app_key, nonce
            FROM api_key_nonces
            WHERE expires_at <= $1
            ORDER BY expires_at
            LIMIT $2",
            $locking,
            ")
        DELETE FROM api_key_nonces
        WHERE (account_id, app_key, nonce) IN (SELECT account_id, app_key, nonce FROM due)"
        )
    };
}

locking_statements! { TenantSql, LOCKING:
    /// Deletes the ended sessions of the account.
    DELETE_ENDED_SESSIONS = delete_ended;
}

locking_statements! { InstallationSql, INSTALLATION_LOCKING:
    PRUNE_NONCES = prune_nonces;
}

statements! { InstallationSql, INSTALLATION:
    /// The account is a result and not an argument, because a bearer token is unique in the installation.
    SESSION_OF_BEARER = "
        SELECT account_id, cookie_hash, csrf_hash, bearer_hash, user_id, password_mark, created_at, expires_at,
               idle_until
        FROM sessions
        WHERE bearer_hash = $1";
}

statements! { TenantSql, TENANT:
    INSERT_SESSION = "
        INSERT INTO sessions (account_id, cookie_hash, csrf_hash, bearer_hash, user_id, password_mark,
                              created_at, expires_at, idle_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    SESSION_OF_COOKIE = "
        SELECT account_id, cookie_hash, csrf_hash, bearer_hash, user_id, password_mark, created_at, expires_at,
               idle_until
        FROM sessions
        WHERE account_id = $1 AND cookie_hash = $2";

    EXTEND_SESSION = "
        UPDATE sessions SET idle_until = $3 WHERE account_id = $1 AND cookie_hash = $2";

    DELETE_SESSION = "DELETE FROM sessions WHERE account_id = $1 AND cookie_hash = $2";

    /// Deletes all but the newest $3 sessions of a user.
    DELETE_OLD_SESSIONS = "
        DELETE FROM sessions
        WHERE account_id = $1 AND user_id = $2 AND cookie_hash NOT IN (
            SELECT newest.cookie_hash
            FROM sessions newest
            WHERE newest.account_id = $1 AND newest.user_id = $2
            ORDER BY newest.created_at DESC, newest.cookie_hash
            LIMIT $3)";

    /// Changes no row if the nonce was used and has not expired at $5.
    SPEND_NONCE = "
        INSERT INTO api_key_nonces (account_id, app_key, nonce, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, app_key, nonce) DO UPDATE SET expires_at = excluded.expires_at
        WHERE api_key_nonces.expires_at <= $5";
}
