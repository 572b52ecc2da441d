//! The statements of sessions and nonces. They see the operational file only.

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

/// The oldest first, so that a bounded part of them never leaves the same ones behind.
macro_rules! forget_nonces {
    ($locking:literal) => {
        concat!(
            "
        DELETE FROM api_key_nonces
        WHERE (account_id, app_key, nonce) IN (
            SELECT account_id, app_key, nonce
            FROM api_key_nonces
            WHERE expires_at <= $1
            ORDER BY expires_at
            LIMIT $2",
            $locking,
            ")"
        )
    };
}

locking_statements! { TenantSql, LOCKING:
    /// Those of the whole account.
    DELETE_ENDED_SESSIONS = delete_ended;
}

locking_statements! { InstallationSql, INSTALLATION_LOCKING:
    FORGET_NONCES = forget_nonces;
}

statements! { InstallationSql, INSTALLATION:
    /// A bearer says by itself whose it is, so the account is asked for and not given.
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

    /// All but the newest $3 of a user.
    DELETE_OLD_SESSIONS = "
        DELETE FROM sessions
        WHERE account_id = $1 AND user_id = $2 AND cookie_hash NOT IN (
            SELECT newest.cookie_hash
            FROM sessions newest
            WHERE newest.account_id = $1 AND newest.user_id = $2
            ORDER BY newest.created_at DESC, newest.cookie_hash
            LIMIT $3)";

    /// Changes no row where the nonce is known and has not expired at $5.
    SPEND_NONCE = "
        INSERT INTO api_key_nonces (account_id, app_key, nonce, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, app_key, nonce) DO UPDATE SET expires_at = excluded.expires_at
        WHERE api_key_nonces.expires_at <= $5";
}
