-- Messages of consumers that were received, for as long as providers repeat their callbacks.

CREATE TABLE inbound_messages (
    account_id  TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- An HMAC of the sender and the provider's id, which may contain the phone number.
    message_key BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, message_key)
);

CREATE INDEX inbound_messages_received ON inbound_messages (account_id, received_at);
