//! Statements of clients, API keys, users and signing keys.

use crate::statement::{InstallationSql, TenantSql, statements};

statements! { InstallationSql, INSTALLATION:
    SIGNING_KEYS = "
        SELECT sequence, kid, sealed_private_key, public_jwk, created_at, signs_from
        FROM signing_keys
        ORDER BY sequence";

    INSERT_SIGNING_KEY = "
        INSERT INTO signing_keys (sequence, kid, sealed_private_key, public_jwk, created_at, signs_from)
        VALUES ($1, $2, $3, $4, $5, $6)";

    /// A row if any data is encrypted with the installation key.
    ANY_SECRET = "
        SELECT 1
        WHERE EXISTS (SELECT 1 FROM signing_keys) OR EXISTS (SELECT 1 FROM api_keys)
              OR EXISTS (SELECT 1 FROM webhooks WHERE deleted_at IS NULL)
              OR EXISTS (SELECT 1 FROM connections)";

    /// A row if any account has an active administrator.
    ANY_ADMINISTRATOR = "
        SELECT 1
        WHERE EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND revoked_at IS NULL)";

    API_KEY = "
        SELECT account_id, app_key, name, access_token, sealed_secrets, created_at, revoked_at
        FROM api_keys
        WHERE app_key = $1";
}

statements! { TenantSql, TENANT:
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

    USER = "
        SELECT user_id, username, role, password_hash, created_at, revoked_at
        FROM users
        WHERE account_id = $1 AND username_key = $2";

    USER_BY_ID = "
        SELECT user_id, username, role, password_hash, created_at, revoked_at
        FROM users
        WHERE account_id = $1 AND user_id = $2";

    USERS = "
        SELECT user_id, username, role, password_hash, created_at, revoked_at
        FROM users
        WHERE account_id = $1
        ORDER BY created_at, user_id";

    USER_COUNT = "SELECT COUNT(*) FROM users WHERE account_id = $1";

    /// Two rows are enough to decide whether there is only one.
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
}
