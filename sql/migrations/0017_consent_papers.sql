-- Photographs of signed papers, the second person of a judge's decision, an
-- outing that is called off.

-- One signed sheet: the answers of method 'paper' about that child by that
-- person (guardian NULL: the child) on that day, that this witness saw too.
CREATE TABLE consent_paper (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  guardian      INTEGER REFERENCES guardian (id),
  signed_on     INTEGER NOT NULL,
  witness       INTEGER NOT NULL REFERENCES account (id),
  entered_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_paper_by_child ON consent_paper (child, signed_on, id);
CREATE INDEX consent_paper_by_witness ON consent_paper (witness, id);

-- The post that holds the pictures of a sheet.  It is no album: it has one
-- audience, the child, so that it goes with it; it stays a draft for ever, and
-- sharing/permit.h answers for it by a rule of its own.
ALTER TABLE post ADD COLUMN paper INTEGER REFERENCES consent_paper (id);
CREATE UNIQUE INDEX post_by_paper ON post (paper) WHERE paper IS NOT NULL;

CREATE TRIGGER post_paper_kept BEFORE UPDATE ON post FOR EACH ROW
WHEN old.paper IS DISTINCT FROM new.paper
  OR (old.paper IS NOT NULL AND (new.state <> 'draft' OR new.second_at IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'a paper is no album'); END;

-- What a judge delegated counts once its witness has said so from an account
-- of their own.  What was noted before this rule goes on counting.
ALTER TABLE consent_standing ADD COLUMN confirmed_at INTEGER;
UPDATE consent_standing SET confirmed_at = noted_at WHERE kind = 'delegated';
CREATE INDEX consent_standing_waits ON consent_standing (witness, id)
  WHERE confirmed_at IS NULL AND ended_at IS NULL;

CREATE TRIGGER consent_standing_people BEFORE UPDATE ON consent_standing FOR EACH ROW
WHEN old.child <> new.child OR old.guardian <> new.guardian OR old.kind <> new.kind
  OR old.noted_by <> new.noted_by OR old.witness IS DISTINCT FROM new.witness
  OR old.purpose IS DISTINCT FROM new.purpose
  OR (old.confirmed_at IS DISTINCT FROM new.confirmed_at
      AND (old.confirmed_at IS NOT NULL OR new.witness IS NULL
           OR new.witness = new.noted_by))
BEGIN SELECT RAISE(ABORT, 'who noted and who saw it stays written'); END;

-- An outing that does not take place: why, in the words of who called it off.
ALTER TABLE consent_purpose ADD COLUMN stopped_at INTEGER;
ALTER TABLE consent_purpose ADD COLUMN stopped_by INTEGER REFERENCES account (id);
ALTER TABLE consent_purpose ADD COLUMN stopped_enc BLOB;
CREATE INDEX consent_purpose_by_group ON consent_purpose (activity_group)
  WHERE activity_group IS NOT NULL;

-- for: sqlite
CREATE TRIGGER consent_change_purpose_set AFTER UPDATE ON consent_purpose FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (0); END;
-- for: postgres
-- | CREATE TRIGGER consent_change_purpose_set AFTER UPDATE ON consent_purpose FOR EACH ROW EXECUTE FUNCTION consent_change_purpose();
-- for: both
