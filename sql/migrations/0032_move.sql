-- A child moves to another house: what is asked, agreed, made and brought, see
-- move/leave.h and move/arrive.h.  card: of the other house (parcel/card.h).
-- Keys and texts are wrapped under the child's own key, and go with it; name: of
-- a file below <data>/parcels, which is in no backup.

-- erase_after: the family asks for the erasure here, once it has it.  mark: a
-- digest of all that decided what is in it.
CREATE TABLE leaving (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  asker         INTEGER NOT NULL REFERENCES account (id),
  state         TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'ready', 'refused', 'ended')),
  card          TEXT NOT NULL,
  token         BLOB NOT NULL UNIQUE,
  photos        INTEGER NOT NULL CHECK (photos IN (0, 1)),
  contact       INTEGER NOT NULL CHECK (contact IN (0, 1)),
  consents      INTEGER NOT NULL CHECK (consents IN (0, 1)),
  notices       INTEGER NOT NULL CHECK (notices IN (0, 1)),
  erase_after   INTEGER NOT NULL CHECK (erase_after IN (0, 1)),
  asked_at      INTEGER NOT NULL,
  decided_by    INTEGER REFERENCES account (id),
  decided_at    INTEGER,
  why_enc       BLOB,
  made_at       INTEGER,
  expires_at    INTEGER,
  name          TEXT,
  key_wrapped   BLOB,
  bytes         INTEGER,
  pictures      INTEGER,
  mark          BLOB,
  fault         TEXT,
  taken_at      INTEGER,
  ended_at      INTEGER,
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CHECK (state = 'asked' OR state = 'ended' OR decided_by IS NOT NULL),
  CHECK (state <> 'ready' OR (name IS NOT NULL AND expires_at IS NOT NULL)),
  CHECK ((state IN ('ended', 'refused')) = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX leaving_by_child ON leaving (child, id);
CREATE INDEX leaving_by_state ON leaving (state, organisation, id);
CREATE UNIQUE INDEX leaving_by_name ON leaving (name) WHERE name IS NOT NULL;

-- coming: its bytes; whole: to be checked; checked: a director decides;
-- accepted: the family decides; confirmed: it is being taken in.  sender: the
-- key that signed.  imported: pictures that are in albums already.
CREATE TABLE arriving (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  bringer       INTEGER NOT NULL REFERENCES account (id),
  state         TEXT NOT NULL CHECK (state IN ('coming', 'whole', 'checked', 'damaged', 'accepted', 'refused', 'confirmed', 'done', 'ended')),
  name          TEXT,
  key_wrapped   BLOB,
  bytes         INTEGER,
  seen_at       INTEGER NOT NULL,
  fault         TEXT,
  fault_at      INTEGER,
  card          TEXT,
  sender        BLOB,
  token         BLOB,
  made_at       INTEGER,
  pictures      INTEGER,
  record_enc    BLOB,
  decided_by    INTEGER REFERENCES account (id),
  decided_at    INTEGER,
  why_enc       BLOB,
  confirmed_at  INTEGER,
  imported      INTEGER NOT NULL DEFAULT 0,
  done_at       INTEGER,
  ended_at      INTEGER,
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CHECK (state NOT IN ('accepted', 'confirmed', 'done') OR decided_by IS NOT NULL),
  CHECK (state NOT IN ('confirmed', 'done') OR (confirmed_at IS NOT NULL AND token IS NOT NULL)),
  CHECK ((state IN ('ended', 'refused', 'damaged')) = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX arriving_by_child ON arriving (child, id);
CREATE INDEX arriving_by_state ON arriving (state, organisation, id);
CREATE UNIQUE INDEX arriving_by_name ON arriving (name) WHERE name IS NOT NULL;
-- What was taken in is never taken in again.
CREATE UNIQUE INDEX arriving_once ON arriving (organisation, sender, token)
  WHERE confirmed_at IS NOT NULL;

-- An album of what was brought: for the holders of authority over its child
-- alone, see sharing/permit.h.
ALTER TABLE post ADD COLUMN brought INTEGER REFERENCES arriving (id);
CREATE INDEX post_by_brought ON post (brought) WHERE brought IS NOT NULL;
