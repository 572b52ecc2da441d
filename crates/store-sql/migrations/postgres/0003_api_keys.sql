-- OAuth 1.0 API keys, and the nonces of the requests that they signed.

CREATE TABLE api_keys (
    account_id     TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- oauth_consumer_key. A signed request does not name its account, so no two accounts share one.
    app_key        TEXT COLLATE "C" NOT NULL UNIQUE,
    name           TEXT             NOT NULL,
    -- oauth_token.
    access_token   TEXT             NOT NULL,
    -- Secret and access token secret as they sign, encrypted with the installation's key.
    sealed_secrets BYTEA            NOT NULL,
    created_at     BIGINT           NOT NULL,
    revoked_at     BIGINT,
    PRIMARY KEY (account_id, app_key)
);

-- What a key signs once is refused a second time. A nonce whose request would be refused for its age
-- may go: nobody can use it again.
CREATE TABLE api_key_nonces (
    account_id TEXT COLLATE "C" NOT NULL,
    app_key    TEXT COLLATE "C" NOT NULL,
    nonce      TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT           NOT NULL,
    PRIMARY KEY (account_id, app_key, nonce),
    FOREIGN KEY (account_id, app_key) REFERENCES api_keys
);

CREATE INDEX api_key_nonces_expiry ON api_key_nonces (expires_at);
