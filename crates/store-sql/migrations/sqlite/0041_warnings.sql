-- The severity `advice` is called `warning`, in counts and in the levels of an account's settings.

ALTER TABLE handoff_summaries RENAME COLUMN advices TO warnings;

UPDATE accounts SET settings = REPLACE(settings, '":"advice"', '":"warning"')
WHERE settings LIKE '%":"advice"%';
