-- Who is on a photo, as far as anybody has said: boxes, never what a face looks
-- like.  See faces/region.h.

-- cleared 1: a person has said that every face is boxed, a second one too
-- where that is needed, and every box is resolved.  Families see no other photo.
-- looked_at: when a program last looked for faces; NULL: not yet, or it could
-- not.
ALTER TABLE medium ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE medium ADD COLUMN looked_at INTEGER;
DROP INDEX medium_by_post;
CREATE INDEX medium_by_post ON medium (post, state, position, id, cleared);

-- A box on the upright picture, in 1/65536 of its width and height.  kind:
-- found by a program or drawn by a person.  state: open (nobody has said who it
-- is), child, adult, mask, none (no face: found by mistake).
CREATE TABLE region (
  id            INTEGER PRIMARY KEY,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  x             INTEGER NOT NULL CHECK (x >= 0),
  y             INTEGER NOT NULL CHECK (y >= 0),
  w             INTEGER NOT NULL CHECK (w > 0),
  h             INTEGER NOT NULL CHECK (h > 0),
  kind          TEXT NOT NULL CHECK (kind IN ('found', 'drawn')),
  state         TEXT NOT NULL CHECK (state IN ('open', 'child', 'adult', 'mask', 'none')),
  child         INTEGER REFERENCES child (id),
  drawn_by      INTEGER REFERENCES account (id),
  drawn_at      INTEGER NOT NULL,
  resolved_by   INTEGER REFERENCES account (id),
  resolved_at   INTEGER,
  CHECK (x + w <= 65536),
  CHECK (y + h <= 65536),
  CHECK ((state = 'child') = (child IS NOT NULL)),
  CHECK ((state = 'open') = (resolved_at IS NULL))
) STRICT;
CREATE INDEX region_by_medium ON region (medium, id);
CREATE INDEX region_by_child ON region (child) WHERE child IS NOT NULL;

-- « Every face of this photo is boxed »: who said so, and when.
CREATE TABLE face_word (
  medium        INTEGER NOT NULL REFERENCES medium (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  said_at       INTEGER NOT NULL,
  PRIMARY KEY (medium, account)
) STRICT, WITHOUT ROWID;

-- Somebody wants a face of a published photo hidden: it is, until the team has
-- decided.
CREATE TABLE mask_request (
  id            INTEGER PRIMARY KEY,
  region        INTEGER NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  asked_by      INTEGER NOT NULL REFERENCES account (id),
  asked_at      INTEGER NOT NULL,
  decided_by    INTEGER REFERENCES account (id),
  decided_at    INTEGER,
  outcome       TEXT CHECK (outcome IN ('kept', 'lifted')),
  CHECK ((outcome IS NULL) = (decided_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX mask_request_open ON mask_request (region) WHERE outcome IS NULL;
CREATE INDEX mask_request_by_medium ON mask_request (medium, outcome);
