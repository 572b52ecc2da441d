//! Every statement, written once for both engines.
//!
//! Two kinds, told apart by their type: [`TenantSql`] works on one account, which is always `$1` and
//! which only `tenant` binds; [`InstallationSql`] is what belongs to no account. A statement is
//! added here and nowhere else; the tests then prepare it on both engines.

mod authoring;
mod webhooks;

use crate::dialect::move_revision;

pub(crate) use authoring::*;
pub(crate) use webhooks::*;

/// A statement on one account's data: `$1` is the account, its own arguments begin at `$2`.
#[derive(Clone, Copy)]
pub(crate) struct TenantSql(pub(crate) &'static str);

/// A statement on what belongs to no account.
#[derive(Clone, Copy)]
pub(crate) struct InstallationSql(pub(crate) &'static str);

/// Declares the statements, and the list of them that the tests walk.
macro_rules! statements {
    ($Kind:ident, $LIST:ident: $( $(#[$meta:meta])* $NAME:ident = $sql:expr; )*) => {
        $( $(#[$meta])* pub(crate) const $NAME: $Kind = $Kind($sql); )*
        #[cfg(test)]
        pub(crate) const $LIST: &[(&str, $Kind)] = &[$( (stringify!($NAME), $NAME) ),*];
    };
}

use statements;

statements! { InstallationSql, INSTALLATION:
    /// A commit that changes nothing of anybody's.
    CHECK_WRITABLE = "UPDATE write_check SET checked_at = $1";

    INSERT_ACCOUNT = "INSERT INTO accounts (account_id, created_at) VALUES ($1, $2)";

    ACCOUNTS = "SELECT account_id, created_at FROM accounts ORDER BY account_id";

    SIGNING_KEYS = "
        SELECT sequence, kid, sealed_private_key, public_jwk, created_at, signs_from
        FROM signing_keys
        ORDER BY sequence";

    INSERT_SIGNING_KEY = "
        INSERT INTO signing_keys (sequence, kid, sealed_private_key, public_jwk, created_at, signs_from)
        VALUES ($1, $2, $3, $4, $5, $6)";

    /// One row where anything is encrypted with the installation's key.
    ANY_SECRET = "
        SELECT 1
        WHERE EXISTS (SELECT 1 FROM signing_keys) OR EXISTS (SELECT 1 FROM api_keys)
              OR EXISTS (SELECT 1 FROM webhooks)";

    /// One row where some account has an administrator who is not revoked.
    ANY_ADMINISTRATOR = "
        SELECT 1
        WHERE EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND revoked_at IS NULL)";

    API_KEY = "
        SELECT account_id, app_key, name, access_token, sealed_secrets, created_at, revoked_at
        FROM api_keys
        WHERE app_key = $1";

    /// The oldest first, so that a bounded part of them never leaves the same ones behind.
    FORGET_NONCES = "
        DELETE FROM api_key_nonces
        WHERE (account_id, app_key, nonce) IN (
            SELECT account_id, app_key, nonce
            FROM api_key_nonces
            WHERE expires_at <= $1
            ORDER BY expires_at
            LIMIT $2)";

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
    REVISION = "SELECT revision FROM accounts WHERE account_id = $1";

    SETTINGS = "SELECT COALESCE(settings, '{}') FROM accounts WHERE account_id = $1";

    SET_SETTINGS = "UPDATE accounts SET settings = $2 WHERE account_id = $1";

    /// The first statement of every write: moves the revision, and holds the account until the end.
    MOVE_REVISION = move_revision!("");

    /// A page of list $2, with the account's revision and the list's length, in one snapshot. `start`
    /// is the block that element $4 stands in, so that only the rest of that block is passed over;
    /// the keys of the page come next, without touching a document. One row without element where
    /// the page is empty.
    PUBLISHED_PAGE = "
        WITH start AS (
            SELECT created_at, handoff_id, channel_index, passed
            FROM published_blocks
            WHERE account_id = $1 AND filter = $2 AND passed <= $4
            ORDER BY passed DESC
            LIMIT 1)
        SELECT a.revision,
               COALESCE((SELECT b.passed + b.elements FROM published_blocks b
                         WHERE b.account_id = $1 AND b.filter = $2
                         ORDER BY b.passed DESC LIMIT 1), 0) AS total,
               page.channel_index,
               (SELECT v.document
                FROM handoffs h
                JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                                       AND v.version = h.published_version
                WHERE h.account_id = $1 AND h.handoff_id = page.handoff_id) AS document
        FROM accounts a
        LEFT JOIN (SELECT e.created_at, e.handoff_id, e.channel_index
                   FROM published_elements e
                   WHERE e.account_id = $1 AND e.filter = $2
                     AND (e.created_at, e.handoff_id, e.channel_index)
                      >= ((SELECT created_at FROM start), (SELECT handoff_id FROM start),
                          (SELECT channel_index FROM start))
                   ORDER BY e.created_at, e.handoff_id, e.channel_index
                   LIMIT $3 OFFSET $4 - COALESCE((SELECT passed FROM start), $4)) page ON TRUE
        WHERE a.account_id = $1
        ORDER BY page.created_at, page.handoff_id, page.channel_index";

    /// Up to $5 documents of list $2 behind the handoff ($3, $4).
    PUBLISHED_AFTER = "
        SELECT v.document, v.extension
        FROM published_elements e
        JOIN handoffs h ON h.account_id = e.account_id AND h.handoff_id = e.handoff_id
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.published_version
        WHERE e.account_id = $1 AND e.filter = $2 AND (e.created_at, e.handoff_id) > ($3, $4)
        ORDER BY e.created_at, e.handoff_id
        LIMIT $5";

    /// Makes a handoff, or gives it a newer version; either way it is not archived afterwards.
    SAVE_HANDOFF = "
        INSERT INTO handoffs (account_id, handoff_id, name, name_key, channels, created_at, latest_version)
        VALUES ($1, $2, $3, $4, $5, $6, 1)
        ON CONFLICT (account_id, handoff_id) DO UPDATE
        SET name = excluded.name, name_key = excluded.name_key, channels = excluded.channels,
            latest_version = handoffs.latest_version + 1, archived_at = NULL
        RETURNING latest_version, created_at, published_version";

    /// Answers no published version where the handoff is archived. (A condition `archived_at IS NULL`
    /// would let PostgreSQL take the index of names, which finds the account and not the handoff.)
    PUBLISH_HANDOFF = "
        UPDATE handoffs SET published_version = CASE WHEN archived_at IS NULL THEN latest_version END
        WHERE account_id = $1 AND handoff_id = $2
        RETURNING published_version, created_at, channels";

    UNPUBLISH_HANDOFF = "
        UPDATE handoffs SET published_version = NULL WHERE account_id = $1 AND handoff_id = $2
        RETURNING latest_version";

    ARCHIVE_HANDOFF = "
        UPDATE handoffs SET published_version = NULL, archived_at = $3
        WHERE account_id = $1 AND handoff_id = $2";

    DELETE_ELEMENTS = "
        DELETE FROM published_elements
        WHERE account_id = $1 AND handoff_id = $2
        RETURNING filter, created_at, channel_index";

    /// The key of the element that stands $6 places behind the key ($3, $4, $5) in list $2.
    ELEMENT_BEHIND = "
        SELECT created_at, handoff_id, channel_index
        FROM published_elements
        WHERE account_id = $1 AND filter = $2 AND (created_at, handoff_id, channel_index) >= ($3, $4, $5)
        ORDER BY created_at, handoff_id, channel_index
        LIMIT 1 OFFSET $6";

    BLOCKS = "
        SELECT created_at, handoff_id, channel_index, elements
        FROM published_blocks
        WHERE account_id = $1 AND filter = $2";

    SAVE_BLOCK = "
        INSERT INTO published_blocks
            (account_id, filter, created_at, handoff_id, channel_index, elements, passed)
        VALUES ($1, $2, $3, $4, $5, $6, 0)
        ON CONFLICT (account_id, filter, created_at, handoff_id, channel_index) DO UPDATE
        SET elements = excluded.elements";

    /// Counts again how many elements stand before each block of list $2.
    PLACE_BLOCKS = "
        UPDATE published_blocks SET passed = n.passed
        FROM (SELECT created_at, handoff_id, channel_index,
                     CAST(SUM(elements) OVER (ORDER BY created_at, handoff_id, channel_index
                                              ROWS UNBOUNDED PRECEDING) AS BIGINT) - elements AS passed
              FROM published_blocks
              WHERE account_id = $1 AND filter = $2) n
        WHERE account_id = $1 AND filter = $2 AND published_blocks.created_at = n.created_at
          AND published_blocks.handoff_id = n.handoff_id
          AND published_blocks.channel_index = n.channel_index AND published_blocks.passed <> n.passed";

    DELETE_BLOCK = "
        DELETE FROM published_blocks
        WHERE account_id = $1 AND filter = $2 AND created_at = $3 AND handoff_id = $4
          AND channel_index = $5";

    CLIENT = "
        SELECT client_id, name, scopes, secret_hash, created_at, revoked_at
        FROM clients
        WHERE account_id = $1 AND client_id = $2";

    CLIENTS = "
        SELECT client_id, name, scopes, secret_hash, created_at, revoked_at
        FROM clients
        WHERE account_id = $1
        ORDER BY created_at, client_id";

    CLIENT_COUNT = "SELECT COUNT(*) FROM clients WHERE account_id = $1";

    INSERT_CLIENT = "
        INSERT INTO clients (account_id, client_id, name, scopes, secret_hash, created_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";

    REVOKE_CLIENT = "
        UPDATE clients SET revoked_at = COALESCE(revoked_at, $3)
        WHERE account_id = $1 AND client_id = $2";

    API_KEYS = "
        SELECT account_id, app_key, name, access_token, sealed_secrets, created_at, revoked_at
        FROM api_keys
        WHERE account_id = $1
        ORDER BY created_at, app_key";

    API_KEY_COUNT = "SELECT COUNT(*) FROM api_keys WHERE account_id = $1";

    INSERT_API_KEY = "
        INSERT INTO api_keys (account_id, app_key, name, access_token, sealed_secrets, created_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";

    REVOKE_API_KEY = "
        UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3)
        WHERE account_id = $1 AND app_key = $2";

    /// Changes no row where the nonce is known and has not expired at $5.
    SPEND_NONCE = "
        INSERT INTO api_key_nonces (account_id, app_key, nonce, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, app_key, nonce) DO UPDATE SET expires_at = excluded.expires_at
        WHERE api_key_nonces.expires_at <= $5";

    /// Holds the account as a write does, but does not move the revision: pages stay in the caches.
    HOLD_ACCOUNT = "
        UPDATE accounts SET revision = revision WHERE account_id = $1 RETURNING revision";

    USER = "
        SELECT user_id, username, role, password_hash, created_at, revoked_at
        FROM users
        WHERE account_id = $1 AND username_key = $2";

    USERS = "
        SELECT user_id, username, role, password_hash, created_at, revoked_at
        FROM users
        WHERE account_id = $1
        ORDER BY created_at, user_id";

    USER_COUNT = "SELECT COUNT(*) FROM users WHERE account_id = $1";

    /// Two are enough to know whether one is the last.
    TWO_ADMINISTRATORS = "
        SELECT user_id
        FROM users
        WHERE account_id = $1 AND role = 'administrator' AND revoked_at IS NULL
        LIMIT 2";

    INSERT_USER = "
        INSERT INTO users (account_id, user_id, username, username_key, role, password_hash,
                           created_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    SET_PASSWORD = "UPDATE users SET password_hash = $3 WHERE account_id = $1 AND user_id = $2";

    SET_ROLE = "UPDATE users SET role = $3 WHERE account_id = $1 AND user_id = $2";

    REVOKE_USER = "
        UPDATE users SET revoked_at = COALESCE(revoked_at, $3)
        WHERE account_id = $1 AND user_id = $2";

    SESSION_OF_COOKIE = "
        SELECT s.account_id, s.cookie_hash, s.csrf_hash, s.bearer_hash,
               s.created_at AS opened_at, s.expires_at, s.idle_until,
               u.user_id, u.username, u.role, u.password_hash, u.created_at, u.revoked_at
        FROM sessions s
        JOIN users u ON u.account_id = s.account_id AND u.user_id = s.user_id
        WHERE s.account_id = $1 AND s.cookie_hash = $2";

    /// Only for a user who may still come in with the password that was checked.
    INSERT_SESSION = "
        INSERT INTO sessions (account_id, cookie_hash, csrf_hash, bearer_hash, user_id,
                              created_at, expires_at, idle_until)
        SELECT u.account_id, $2, $3, $4, u.user_id, $6, $7, $8
        FROM users u
        WHERE u.account_id = $1 AND u.user_id = $5 AND u.password_hash = $9 AND u.revoked_at IS NULL";

    EXTEND_SESSION = "
        UPDATE sessions SET idle_until = $3 WHERE account_id = $1 AND cookie_hash = $2";

    DELETE_SESSION = "DELETE FROM sessions WHERE account_id = $1 AND cookie_hash = $2";

    DELETE_ENDED_SESSIONS = "DELETE FROM sessions WHERE account_id = $1 AND idle_until <= $2";

    /// All but the newest $3 of a user.
    DELETE_OLD_SESSIONS = "
        DELETE FROM sessions
        WHERE account_id = $1 AND user_id = $2 AND cookie_hash NOT IN (
            SELECT newest.cookie_hash
            FROM sessions newest
            WHERE newest.account_id = $1 AND newest.user_id = $2
            ORDER BY newest.created_at DESC, newest.cookie_hash
            LIMIT $3)";

    AUDIT = "
        SELECT sequence, at, actor, action, subject, address, details
        FROM audit
        WHERE account_id = $1 AND sequence < $2
        ORDER BY sequence DESC
        LIMIT $3";
}

#[cfg(test)]
mod tests;
