-- Conversations that were not closed are deleted after a while.

CREATE INDEX open_conversations_last_message ON open_conversations (account_id, last_message_at);
