-- The number of claims of each lane. A process that knows a larger number than the database notices that the database has lost
-- commits, such as a standby that took over, and sends nothing again.

ALTER TABLE lanes ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
