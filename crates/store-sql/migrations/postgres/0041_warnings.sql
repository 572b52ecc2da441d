-- The severity `advice` is called `warning`, in counts and in the levels of an account's settings.

ALTER TABLE handoff_summaries RENAME COLUMN advices TO warnings;

UPDATE accounts
SET settings = jsonb_set(CAST(settings AS JSONB), '{levels}',
                         CAST(REPLACE(CAST(CAST(settings AS JSONB) -> 'levels' AS TEXT), ': "advice"', ': "warning"')
                              AS JSONB))::TEXT
WHERE settings LIKE '%"advice"%' AND jsonb_typeof(CAST(settings AS JSONB) -> 'levels') = 'object';
