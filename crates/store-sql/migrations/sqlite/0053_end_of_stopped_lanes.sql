-- Stopped lanes are due like others, so that recipients of campaigns that were cancelled or have expired end. Recipients of
-- paused campaigns wait until these expire. Before, they waited for nothing.

DROP INDEX lanes_due;

CREATE INDEX lanes_due ON lanes (due_at) WHERE due_at IS NOT NULL;

UPDATE recipients
SET due_at = (SELECT c.expires_at FROM campaigns c
              WHERE c.account_id = recipients.account_id AND c.campaign_id = recipients.campaign_id)
WHERE state = 'waiting' AND due_at IS NULL
  AND (account_id, campaign_id) IN (
      SELECT account_id, campaign_id FROM campaigns WHERE control IN ('draft', 'paused') AND waiting > 0);

-- The next claim of each finds when it is due.
UPDATE lanes SET due_at = 0
WHERE due_at IS NULL AND (account_id, lane) IN (SELECT account_id, lane FROM recipients WHERE due_at IS NOT NULL);
