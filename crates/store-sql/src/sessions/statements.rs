//! The statements of sessions.

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

locking_statements! { TenantSql, LOCKING:
    /// Those of the whole account.
    DELETE_ENDED_SESSIONS = delete_ended;
}

statements! { InstallationSql, INSTALLATION:
    /// A bearer says by itself whose it is, so the account is asked for and not given.
    SESSION_OF_BEARER = "
        SELECT s.account_id, s.cookie_hash, s.csrf_hash, s.bearer_hash,
               s.created_at AS opened_at, s.expires_at, s.idle_until,
               u.user_id, u.username, u.role, u.password_hash, u.created_at, u.revoked_at
        FROM sessions s
        JOIN users u ON u.account_id = s.account_id AND u.user_id = s.user_id
        WHERE s.bearer_hash = $1";
}

statements! { TenantSql, TENANT:
    /// Locks the row of a user who may still log in with this password hash: from then on neither changes
    /// before the transaction ends.
    LOCK_USER = "
        UPDATE users SET password_hash = password_hash
        WHERE account_id = $1 AND user_id = $2 AND password_hash = $3 AND revoked_at IS NULL";

    INSERT_SESSION = "
        INSERT INTO sessions (account_id, cookie_hash, csrf_hash, bearer_hash, user_id,
                              created_at, expires_at, idle_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    SESSION_OF_COOKIE = "
        SELECT s.account_id, s.cookie_hash, s.csrf_hash, s.bearer_hash,
               s.created_at AS opened_at, s.expires_at, s.idle_until,
               u.user_id, u.username, u.role, u.password_hash, u.created_at, u.revoked_at
        FROM sessions s
        JOIN users u ON u.account_id = s.account_id AND u.user_id = s.user_id
        WHERE s.account_id = $1 AND s.cookie_hash = $2";

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
}
