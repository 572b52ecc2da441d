-- The severity `advice` is called `warning`, in counts and in the levels of an account's settings.

ALTER TABLE handoff_summaries RENAME COLUMN advices TO warnings;

UPDATE accounts
SET settings = json_set(settings, '$.levels',
                        json(REPLACE(json_extract(settings, '$.levels'), ':"advice"', ':"warning"')))
WHERE settings LIKE '%"advice"%' AND json_type(settings, '$.levels') = 'object';
