-- What the rule reads of a word lies together, and only of the purpose that is
-- asked about: a page that shows all children at once fetches no row.

-- speaker, action and method as one number, see consent/facts.h.
ALTER TABLE consent_event ADD COLUMN said INTEGER
  CHECK (said = CASE speaker WHEN 'holder' THEN 0 WHEN 'child' THEN 1 ELSE 2 END
              + CASE action WHEN 'grant' THEN 0 WHEN 'refuse' THEN 4
                            WHEN 'withdraw' THEN 8 WHEN 'expire' THEN 12
                            WHEN 'block' THEN 16 ELSE 20 END
              + CASE method WHEN 'second-step' THEN 0 WHEN 'signed-in' THEN 32
                            WHEN 'beside' THEN 64 WHEN 'paper' THEN 96
                            ELSE 128 END);

-- for: sqlite
DROP TRIGGER consent_event_written;
-- for: postgres
-- | DROP TRIGGER consent_event_written ON consent_event;
-- | DROP FUNCTION consent_event_written;
-- for: both
UPDATE consent_event
   SET said = CASE speaker WHEN 'holder' THEN 0 WHEN 'child' THEN 1 ELSE 2 END
            + CASE action WHEN 'grant' THEN 0 WHEN 'refuse' THEN 4
                          WHEN 'withdraw' THEN 8 WHEN 'expire' THEN 12
                          WHEN 'block' THEN 16 ELSE 20 END
            + CASE method WHEN 'second-step' THEN 0 WHEN 'signed-in' THEN 32
                          WHEN 'beside' THEN 64 WHEN 'paper' THEN 96
                          ELSE 128 END;
CREATE TRIGGER consent_event_written BEFORE UPDATE ON consent_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was said stays written'); END;

DROP INDEX consent_event_by_child;
CREATE INDEX consent_event_by_child ON consent_event (child, id);
CREATE INDEX consent_event_by_purpose ON consent_event (purpose, child, id, said,
  media, activity_group, guardian, from_on, until_on, shown_at, acted_at, lifts);
-- What is about all purposes, and where a court lifts what it forbade.
CREATE INDEX consent_event_wide ON consent_event (child, id)
  WHERE purpose IS NULL OR action = 'lift';
