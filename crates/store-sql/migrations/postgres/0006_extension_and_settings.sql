-- What is ours in a handoff, and what an account decides about its rules.

-- JSON, such as {"samples":{"0":{"1":"Ann"}}}. Apart from the document, which is served as it is.
ALTER TABLE handoff_versions ADD COLUMN extension TEXT;

-- JSON, such as {"ruleSet":"liveperson"}; null where the account keeps to the defaults.
ALTER TABLE accounts ADD COLUMN settings TEXT;
