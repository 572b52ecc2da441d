-- In a migration of its own, because building the index locks out only writers.
CREATE INDEX consumers_last_day ON consumers (account_no, last_day);
