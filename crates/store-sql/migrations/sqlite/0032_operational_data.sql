-- The program has copied these tables into the operational file before it applies this migration.

DROP TABLE sessions;

DROP TABLE api_key_nonces;
