-- Messages of consumers that were received, for as long as providers repeat their callbacks.

CREATE TABLE inbound_messages (
    account_id  TEXT NOT NULL REFERENCES accounts,
    -- An HMAC of the sender and the provider's id, which may contain the phone number.
    message_key BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, message_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX inbound_messages_received ON inbound_messages (account_id, received_at);
