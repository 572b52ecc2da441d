-- One index finds due deliveries, and counts pending ones and those without an attempt without reading the rows.

DROP INDEX webhook_deliveries_untried;

DROP INDEX webhook_deliveries_due;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (account_id, webhook_id, next_attempt_at, attempts)
WHERE next_attempt_at IS NOT NULL;
