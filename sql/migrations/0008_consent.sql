-- Who said yes or no to what, about which child, see consent/effective.h.

-- What is asked for.  organisation NULL: ours, common to all; an organisation
-- adds its own with a name and a text in both languages.  media: bits, 1 photo,
-- 2 video, 4 voice, 8 name; those of `media` are asked about together, each of
-- `apart` on its own.  agree: every holder of authority, or one who speaks
-- while nobody refuses; a publication always needs every one.
CREATE TABLE consent_purpose (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER REFERENCES organisation (id),
  word          TEXT NOT NULL,
  reach         TEXT NOT NULL CHECK (reach IN ('family', 'group', 'everybody', 'outside')),
  publication   INTEGER NOT NULL CHECK (publication IN (0, 1)),
  agree         TEXT NOT NULL CHECK (agree IN ('every', 'one')),
  media         INTEGER NOT NULL CHECK (media BETWEEN 0 AND 15),
  apart         INTEGER NOT NULL CHECK (apart BETWEEN 0 AND 15),
  asked         INTEGER NOT NULL CHECK (asked IN (0, 1)),
  position      INTEGER NOT NULL,
  name_fr       TEXT,
  name_en       TEXT,
  about_fr      TEXT,
  about_en      TEXT,
  created_at    INTEGER NOT NULL,
  CHECK ((organisation IS NULL) = (name_fr IS NULL)),
  CHECK (reach <> 'outside' OR publication = 1)
) STRICT;
CREATE INDEX consent_purpose_by_organisation ON consent_purpose (organisation, position);

INSERT INTO consent_purpose (id, organisation, word, reach, publication, agree,
                             media, apart, asked, position, created_at)
VALUES (1, NULL, 'family', 'family', 0, 'every', 3, 0, 1, 1, 0),
       (2, NULL, 'group', 'group', 0, 'every', 3, 0, 1, 2, 0),
       (3, NULL, 'everybody', 'everybody', 0, 'every', 3, 0, 1, 3, 0),
       (4, NULL, 'bulletin', 'outside', 1, 'every', 1, 8, 1, 4, 0),
       (5, NULL, 'website', 'outside', 1, 'every', 3, 8, 1, 5, 0),
       (6, NULL, 'press', 'outside', 1, 'every', 3, 12, 0, 6, 0),
       (7, NULL, 'social', 'outside', 1, 'every', 3, 0, 0, 7, 0);
-- for: postgres
-- | ALTER TABLE consent_purpose ALTER COLUMN id RESTART WITH 8;
-- for: both

-- What an organisation does with a purpose; no row: as the purpose says.  What
-- was agreed to before renew_at does not count any more: the text said less.
CREATE TABLE consent_policy (
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  purpose       INTEGER NOT NULL REFERENCES consent_purpose (id),
  asked         INTEGER NOT NULL CHECK (asked IN (0, 1)),
  agree         TEXT NOT NULL CHECK (agree IN ('every', 'one')),
  renew_at      INTEGER,
  PRIMARY KEY (organisation, purpose)
) STRICT, WITHOUT ROWID;

-- The very texts that were shown, by the digest (SHA-256) of language and body.
CREATE TABLE consent_text (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  digest        BLOB NOT NULL,
  lang          TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
  body          TEXT NOT NULL,
  made_at       INTEGER NOT NULL,
  UNIQUE (organisation, digest)
) STRICT;

-- Appended to, never changed.  hash = BLAKE2b-256 (hash of the event before
-- about this child || every field), see consent/record.h; the audit has each
-- hash too.  who_digest finds the child's proofs again when somebody who knows
-- name and birth date asks, after the child itself was erased.
CREATE TABLE consent_event (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  who_digest    BLOB NOT NULL,
  purpose       INTEGER REFERENCES consent_purpose (id),
  media         INTEGER NOT NULL CHECK (media BETWEEN 1 AND 15),
  activity_group INTEGER REFERENCES activity_group (id),
  speaker       TEXT NOT NULL CHECK (speaker IN ('holder', 'child', 'court')),
  guardian      INTEGER REFERENCES guardian (id),
  action        TEXT NOT NULL CHECK (action IN ('grant', 'refuse', 'withdraw', 'expire', 'block', 'lift')),
  lifts         INTEGER REFERENCES consent_event (id),
  from_on       INTEGER NOT NULL,
  until_on      INTEGER,
  text          INTEGER REFERENCES consent_text (id),
  shown_at      INTEGER,
  acted_at      INTEGER NOT NULL,
  entered_at    INTEGER NOT NULL,
  method        TEXT NOT NULL CHECK (method IN ('second-step', 'signed-in', 'beside', 'paper', 'rule')),
  actor         INTEGER NOT NULL,
  witness       INTEGER REFERENCES account (id),
  note_enc      BLOB,
  hash          BLOB NOT NULL,
  CHECK ((speaker = 'court') = (action IN ('block', 'lift'))),
  CHECK ((action IN ('lift', 'expire')) = (lifts IS NOT NULL)),
  CHECK (speaker <> 'holder' OR guardian IS NOT NULL),
  CHECK (action <> 'grant' OR (text IS NOT NULL AND shown_at IS NOT NULL AND purpose IS NOT NULL)),
  CHECK (method <> 'paper' OR (witness IS NOT NULL AND witness <> actor)),
  CHECK (until_on IS NULL OR until_on >= from_on)
) STRICT;
CREATE INDEX consent_event_by_child ON consent_event (child, id);
CREATE INDEX consent_event_by_who ON consent_event (who_digest, id);

-- Who exercises authority alone, or to whom a judge gave the say: it stands
-- where the table authority knows only one parent, or somebody else acts.
CREATE TABLE consent_standing (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  guardian      INTEGER NOT NULL REFERENCES guardian (id),
  kind          TEXT NOT NULL CHECK (kind IN ('sole', 'delegated')),
  from_on       INTEGER NOT NULL,
  until_on      INTEGER,
  document_enc  BLOB NOT NULL,
  noted_by      INTEGER NOT NULL,
  noted_at      INTEGER NOT NULL,
  ended_at      INTEGER
) STRICT;
CREATE INDEX consent_standing_by_child ON consent_standing (child);

-- What waits for the director.  Opened and closed by jobs, see consent/task.h.
CREATE TABLE consent_task (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  kind          TEXT NOT NULL CHECK (kind IN ('contradiction', 'unknown', 'missing', 'expired', 'expiring', 'own-word', 'majority', 'born')),
  purpose       INTEGER NOT NULL,
  found_at      INTEGER NOT NULL,
  done_at       INTEGER
) STRICT;
CREATE UNIQUE INDEX consent_task_open ON consent_task (child, kind, purpose) WHERE done_at IS NULL;
CREATE INDEX consent_task_by_organisation ON consent_task (organisation, done_at, kind);

-- Up to which day and which change an organisation's tasks were looked at.
CREATE TABLE consent_swept (
  organisation  INTEGER PRIMARY KEY REFERENCES organisation (id),
  today_on      INTEGER NOT NULL,
  change        INTEGER NOT NULL
) STRICT;

-- Whose answers may be others from now on; child 0: everybody's.  Written by
-- the triggers below, so that nobody who changes a fact can forget it; what is
-- kept in memory (consent/board.h) is judged by it.  The newest row stays.
CREATE TABLE consent_change (
  id            INTEGER PRIMARY KEY,
  child         INTEGER NOT NULL
) STRICT;
INSERT INTO consent_change (child) VALUES (0);

CREATE TRIGGER consent_event_written BEFORE UPDATE ON consent_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was said stays written'); END;

-- Proofs go five years after the child was erased (1826 days), by the day up
-- to which jobs have looked, see docs/decisions/0004-proof-of-consent.md.
CREATE TRIGGER consent_event_kept BEFORE DELETE ON consent_event FOR EACH ROW
WHEN NOT EXISTS (SELECT 1 FROM child c
                   JOIN consent_swept s ON s.organisation = c.organisation
                  WHERE c.id = old.child AND c.erased_at IS NOT NULL
                    AND c.erased_at < (s.today_on - 1826) * 86400)
BEGIN SELECT RAISE(ABORT, 'what was said is kept'); END;

CREATE TRIGGER consent_text_written BEFORE UPDATE ON consent_text FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was shown stays written'); END;

CREATE TRIGGER consent_text_kept BEFORE DELETE ON consent_text FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was shown is kept'); END;

-- for: sqlite
CREATE TRIGGER consent_change_event AFTER INSERT ON consent_event FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.child); END;
CREATE TRIGGER consent_change_standing AFTER INSERT ON consent_standing FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.child); END;
CREATE TRIGGER consent_change_standing_end AFTER UPDATE ON consent_standing FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.child); END;
CREATE TRIGGER consent_change_authority AFTER INSERT ON authority FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.child); END;
CREATE TRIGGER consent_change_authority_set AFTER UPDATE ON authority FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.child); END;
CREATE TRIGGER consent_change_authority_gone AFTER DELETE ON authority FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (old.child); END;
CREATE TRIGGER consent_change_enrolment AFTER INSERT ON enrolment FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.child); END;
CREATE TRIGGER consent_change_enrolment_set AFTER UPDATE ON enrolment FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.child); END;
CREATE TRIGGER consent_change_child AFTER UPDATE ON child FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (new.id); END;
CREATE TRIGGER consent_change_purpose AFTER INSERT ON consent_purpose FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (0); END;
CREATE TRIGGER consent_change_policy AFTER INSERT ON consent_policy FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (0); END;
CREATE TRIGGER consent_change_policy_set AFTER UPDATE ON consent_policy FOR EACH ROW
BEGIN INSERT INTO consent_change (child) VALUES (0); END;
-- for: postgres
-- | CREATE FUNCTION consent_change_event() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_event AFTER INSERT ON consent_event FOR EACH ROW EXECUTE FUNCTION consent_change_event();
-- | CREATE FUNCTION consent_change_standing() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_standing AFTER INSERT ON consent_standing FOR EACH ROW EXECUTE FUNCTION consent_change_standing();
-- | CREATE FUNCTION consent_change_standing_end() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_standing_end AFTER UPDATE ON consent_standing FOR EACH ROW EXECUTE FUNCTION consent_change_standing_end();
-- | CREATE FUNCTION consent_change_authority() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_authority AFTER INSERT ON authority FOR EACH ROW EXECUTE FUNCTION consent_change_authority();
-- | CREATE FUNCTION consent_change_authority_set() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_authority_set AFTER UPDATE ON authority FOR EACH ROW EXECUTE FUNCTION consent_change_authority_set();
-- | CREATE FUNCTION consent_change_authority_gone() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (old.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_authority_gone AFTER DELETE ON authority FOR EACH ROW EXECUTE FUNCTION consent_change_authority_gone();
-- | CREATE FUNCTION consent_change_enrolment() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_enrolment AFTER INSERT ON enrolment FOR EACH ROW EXECUTE FUNCTION consent_change_enrolment();
-- | CREATE FUNCTION consent_change_enrolment_set() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.child); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_enrolment_set AFTER UPDATE ON enrolment FOR EACH ROW EXECUTE FUNCTION consent_change_enrolment_set();
-- | CREATE FUNCTION consent_change_child() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (new.id); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_child AFTER UPDATE ON child FOR EACH ROW EXECUTE FUNCTION consent_change_child();
-- | CREATE FUNCTION consent_change_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (0); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_purpose AFTER INSERT ON consent_purpose FOR EACH ROW EXECUTE FUNCTION consent_change_purpose();
-- | CREATE FUNCTION consent_change_policy() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (0); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_policy AFTER INSERT ON consent_policy FOR EACH ROW EXECUTE FUNCTION consent_change_policy();
-- | CREATE FUNCTION consent_change_policy_set() RETURNS trigger LANGUAGE plpgsql AS $$
-- | BEGIN INSERT INTO consent_change (child) VALUES (0); RETURN NULL; END $$;
-- | CREATE TRIGGER consent_change_policy_set AFTER UPDATE ON consent_policy FOR EACH ROW EXECUTE FUNCTION consent_change_policy_set();
-- for: both
