-- The first schema.  Times (`_at`) are seconds since 1970 UTC; days (`_on`)
-- are days since 1970-01-01 in the organisation's own calendar.  A column
-- that ends in `_enc` holds text encrypted under the organisation's key (the
-- child's own key for what is about one child), see crypto/text.h.  A column
-- that ends in `_digest` is a keyed digest, for looking up what may not be read.

CREATE TABLE organisation (
  id            INTEGER PRIMARY KEY,
  name          TEXT NOT NULL,
  profile       TEXT NOT NULL CHECK (profile IN ('fr', 'ca-qc', 'ca', 'eu')),
  time_zone     TEXT NOT NULL,
  lang          TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
  key_wrapped   BLOB NOT NULL,
  evening_min   INTEGER NOT NULL DEFAULT 1080,
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  kind          TEXT NOT NULL CHECK (kind IN ('staff', 'guardian', 'relative', 'child')),
  role          TEXT CHECK (role IN ('director', 'animateur', 'safeguarding')),
  state         TEXT NOT NULL CHECK (state IN ('pending', 'active', 'suspended', 'closed')),
  login_digest  BLOB NOT NULL UNIQUE,
  login_enc     BLOB NOT NULL,
  name_enc      BLOB NOT NULL,
  email_enc     BLOB,
  phone_enc     BLOB,
  pass_hash     TEXT NOT NULL,
  totp_enc      BLOB,
  totp_step     INTEGER NOT NULL DEFAULT 0,
  lang          TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
  created_at    INTEGER NOT NULL,
  approved_by   INTEGER REFERENCES account (id),
  approved_at   INTEGER,
  suspended_at  INTEGER,
  CHECK ((kind = 'staff') = (role IS NOT NULL))
) STRICT;
CREATE INDEX account_by_state ON account (organisation, state, kind);

CREATE TABLE recovery_code (
  id            INTEGER PRIMARY KEY,
  account       INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  code_digest   BLOB NOT NULL,
  used_at       INTEGER
) STRICT;
CREATE INDEX recovery_code_by_account ON recovery_code (account);

-- factor: 1 a passphrase was given, 2 the second factor as well.
CREATE TABLE session (
  id            INTEGER PRIMARY KEY,
  account       INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  token_digest  BLOB NOT NULL UNIQUE,
  factor        INTEGER NOT NULL CHECK (factor IN (1, 2)),
  created_at    INTEGER NOT NULL,
  seen_at       INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  locked_at     INTEGER,
  revoked_at    INTEGER,
  agent_enc     BLOB NOT NULL,
  address_enc   BLOB NOT NULL
) STRICT;
CREATE INDEX session_by_account ON session (account, revoked_at);

-- One form, sent once: the nonces of forms that had their effect.
CREATE TABLE form_used (
  nonce         BLOB PRIMARY KEY,
  used_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX form_used_by_time ON form_used (used_at);

-- Failures by account name and by network address (both keyed digests).
CREATE TABLE throttle (
  key_digest    BLOB PRIMARY KEY,
  failures      INTEGER NOT NULL,
  last_at       INTEGER NOT NULL,
  until_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE season (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  name          TEXT NOT NULL,
  from_on       INTEGER NOT NULL,
  until_on      INTEGER NOT NULL,
  CHECK (until_on > from_on),
  UNIQUE (organisation, name)
) STRICT;

CREATE TABLE activity_group (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  season        INTEGER NOT NULL REFERENCES season (id),
  name          TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  closed_at     INTEGER,
  UNIQUE (season, name)
) STRICT;

-- Which staff work with which group; a director sees all of them.
CREATE TABLE staff_group (
  account         INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  activity_group  INTEGER NOT NULL REFERENCES activity_group (id),
  PRIMARY KEY (account, activity_group)
) STRICT, WITHOUT ROWID;

-- key_wrapped becomes NULL when the child is erased: every `_enc` column about
-- that child is unreadable from then on, in backups too.  erasure_token names
-- the child in the erasure journal: random, since a number may be given again
-- after a backup was restored.
CREATE TABLE child (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  ref_digest    BLOB UNIQUE,
  erasure_token BLOB NOT NULL UNIQUE DEFAULT (randomblob(16)),
  key_wrapped   BLOB,
  first_enc     BLOB,
  last_enc      BLOB,
  born_enc      BLOB,
  created_at    INTEGER NOT NULL,
  erased_at     INTEGER
) STRICT;
CREATE INDEX child_by_organisation ON child (organisation);

CREATE TABLE enrolment (
  id              INTEGER PRIMARY KEY,
  child           INTEGER NOT NULL REFERENCES child (id) ON DELETE CASCADE,
  activity_group  INTEGER NOT NULL REFERENCES activity_group (id),
  from_on         INTEGER NOT NULL,
  until_on        INTEGER NOT NULL,
  UNIQUE (child, activity_group, from_on)
) STRICT;
CREATE INDEX enrolment_by_group ON enrolment (activity_group, until_on);

-- An adult of a family as the roster knows her; the account comes later.
CREATE TABLE guardian (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  ref_digest    BLOB NOT NULL UNIQUE,
  account       INTEGER UNIQUE REFERENCES account (id),
  name_enc      BLOB NOT NULL,
  email_enc     BLOB,
  phone_enc     BLOB,
  lang          TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
  created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX guardian_by_organisation ON guardian (organisation);

-- Who stands how to whom.  parental and tutor hold authority; relative is what
-- a holder granted, by `rights`; no_contact wins over everything.
-- rights: 1 see publications, 2 download, 4 see who looked.
CREATE TABLE authority (
  id            INTEGER PRIMARY KEY,
  guardian      INTEGER NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
  child         INTEGER NOT NULL REFERENCES child (id) ON DELETE CASCADE,
  kind          TEXT NOT NULL CHECK (kind IN ('parental', 'tutor', 'relative', 'no_contact')),
  rights        INTEGER NOT NULL,
  from_on       INTEGER NOT NULL,
  until_on      INTEGER,
  document_enc  BLOB,
  created_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  UNIQUE (guardian, child, kind, from_on)
) STRICT;
CREATE INDEX authority_by_child ON authority (child);

-- A letter (or, for staff, a link): one person, one use, an end.
CREATE TABLE invitation (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  code_digest   BLOB NOT NULL UNIQUE,
  guardian      INTEGER REFERENCES guardian (id) ON DELETE CASCADE,
  staff_role    TEXT CHECK (staff_role IN ('director', 'animateur', 'safeguarding')),
  name_enc      BLOB,
  created_by    INTEGER REFERENCES account (id),
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  used_at       INTEGER,
  used_by       INTEGER REFERENCES account (id),
  revoked_at    INTEGER,
  CHECK ((guardian IS NULL) <> (staff_role IS NULL))
) STRICT;
CREATE INDEX invitation_by_guardian ON invitation (guardian);

-- publish_at is set when a draft is published; what is to come is not there yet.
-- photos: how many of its media are ready, so that a feed counts nothing.
CREATE TABLE post (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  kind          TEXT NOT NULL CHECK (kind IN ('album')),
  author        INTEGER NOT NULL REFERENCES account (id),
  state         TEXT NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
  title_enc     BLOB NOT NULL,
  body_enc      BLOB NOT NULL,
  day_on        INTEGER NOT NULL,
  publish_at    INTEGER,
  photos        INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL,
  changed_at    INTEGER NOT NULL,
  CHECK ((state = 'draft') = (publish_at IS NULL))
) STRICT;
CREATE INDEX post_by_day ON post (organisation, state, day_on, id);
CREATE INDEX post_by_author ON post (author, state, day_on, id);

-- To a group, or to the family of a child; exactly one of the two.
CREATE TABLE post_audience (
  id              INTEGER PRIMARY KEY,
  post            INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  activity_group  INTEGER REFERENCES activity_group (id),
  child           INTEGER REFERENCES child (id) ON DELETE CASCADE,
  day_on          INTEGER NOT NULL,
  CHECK ((activity_group IS NULL) <> (child IS NULL)),
  UNIQUE (post, activity_group, child)
) STRICT;
CREATE INDEX post_audience_by_group ON post_audience (activity_group, day_on, post);
CREATE INDEX post_audience_by_child ON post_audience (child, day_on, post);

-- state: receiving (bytes are coming), queued, ready, refused (reason says
-- why, the bytes are gone), deleted (the keys are gone).
CREATE TABLE medium (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  post          INTEGER NOT NULL REFERENCES post (id),
  uploader      INTEGER NOT NULL REFERENCES account (id),
  state         TEXT NOT NULL CHECK (state IN ('receiving', 'queued', 'ready', 'refused', 'deleted')),
  reason        TEXT,
  position      INTEGER NOT NULL,
  caption_enc   BLOB,
  name_enc      BLOB,
  taken_at      INTEGER,
  width         INTEGER,
  height        INTEGER,
  bytes_digest  BLOB,
  created_at    INTEGER NOT NULL,
  deleted_at    INTEGER
) STRICT;
CREATE INDEX medium_by_post ON medium (post, state, position, id);
CREATE INDEX medium_by_state ON medium (state);

-- One encrypted file.  key_wrapped becomes NULL, and then the file goes, when
-- the medium is deleted.  side: longest side in pixels, 0 the original.
CREATE TABLE blob (
  id            INTEGER PRIMARY KEY,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  side          INTEGER NOT NULL CHECK (side IN (0, 320, 1024, 2048)),
  name          TEXT NOT NULL UNIQUE,
  key_wrapped   BLOB,
  bytes         INTEGER NOT NULL,
  width         INTEGER NOT NULL,
  height        INTEGER NOT NULL,
  type          TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  UNIQUE (medium, side)
) STRICT;

CREATE TABLE job (
  id            INTEGER PRIMARY KEY,
  kind          TEXT NOT NULL,
  subject       INTEGER NOT NULL,
  run_at        INTEGER NOT NULL,
  attempts      INTEGER NOT NULL DEFAULT 0,
  last_error    TEXT,
  UNIQUE (kind, subject)
) STRICT;
CREATE INDEX job_by_time ON job (run_at);

-- Hash-chained: hash = BLAKE2b-256 (previous hash || the row's fields), see
-- audit/chain.h.  child and activity_group say whom it concerns.
CREATE TABLE audit (
  id              INTEGER PRIMARY KEY,
  organisation    INTEGER NOT NULL REFERENCES organisation (id),
  at              INTEGER NOT NULL,
  actor           INTEGER NOT NULL,
  action          TEXT NOT NULL,
  subject_kind    TEXT NOT NULL,
  subject         INTEGER NOT NULL,
  child           INTEGER NOT NULL,
  activity_group  INTEGER NOT NULL,
  detail          TEXT NOT NULL,
  hash            BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_child ON audit (child, id) WHERE child <> 0;
CREATE INDEX audit_by_group ON audit (activity_group, id) WHERE activity_group <> 0;
CREATE INDEX audit_by_organisation ON audit (organisation, id);
