-- The days of a centre: calendar, programme, menus, polls, bring-lists and
-- entries of the day, the address of a family's calendar, forms kept for later.

-- An item is a post of words, as a notice is (post.notice = 1): audience, hour
-- and permission are those of posts, what it says stands here.
-- event: from from_on to until_on, all day or from from_min to until_min
-- (minutes after local midnight), each week again until weekly_until; closed:
-- nobody comes.  programme, menu: the week that begins on from_on.  poll,
-- bring: answered until until_on.  entry: of the day from_on.
-- each_adult: every holder of authority answers, else one for a family.
-- changes: counts what families were shown otherwise before.
-- child: whose own key seals the words, when it is said about one alone.
-- fr_enc, en_enc: title, text, place, what to bring, parted by U+001F; a
-- language that it is not written in is NULL.
CREATE TABLE item (
  post          INTEGER PRIMARY KEY REFERENCES post (id),
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  kind          TEXT NOT NULL CHECK (kind IN ('event', 'programme', 'menu', 'poll', 'bring', 'entry')),
  from_on       INTEGER NOT NULL,
  until_on      INTEGER NOT NULL,
  from_min      INTEGER CHECK (from_min BETWEEN 0 AND 1439),
  until_min     INTEGER CHECK (until_min BETWEEN 0 AND 1439),
  weekly_until  INTEGER CHECK (kind = 'event' OR weekly_until IS NULL),
  last_on       INTEGER NOT NULL,
  closed        INTEGER NOT NULL CHECK (closed IN (0, 1)),
  many          INTEGER NOT NULL CHECK (many IN (0, 1)),
  each_adult    INTEGER NOT NULL CHECK (each_adult IN (0, 1)),
  shown         INTEGER NOT NULL CHECK (shown IN (0, 1)),
  album         INTEGER REFERENCES post (id),
  child         INTEGER REFERENCES child (id),
  changes       INTEGER NOT NULL,
  changed_at    INTEGER NOT NULL,
  fr_enc        BLOB,
  en_enc        BLOB,
  CHECK (until_on >= from_on AND last_on >= until_on),
  CHECK ((from_min IS NULL) = (until_min IS NULL))
) STRICT;
CREATE INDEX item_by_day ON item (organisation, kind, last_on, post);
CREATE INDEX item_by_kind ON item (organisation, kind, post);
CREATE INDEX item_by_child ON item (child) WHERE child IS NOT NULL;

CREATE TRIGGER item_kept BEFORE UPDATE ON item FOR EACH ROW
WHEN old.kind <> new.kind OR old.organisation <> new.organisation
BEGIN SELECT RAISE(ABORT, 'an item stays what it is'); END;

-- The lines of an item: of a programme and a menu by day and half of the day
-- (0 morning or meal, 1 afternoon; extra: allergens), of a poll its choices, of
-- a bring-list what is wanted and how many.
CREATE TABLE item_line (
  id            INTEGER PRIMARY KEY,
  post          INTEGER NOT NULL REFERENCES item (post),
  position      INTEGER NOT NULL,
  day_on        INTEGER,
  half          INTEGER NOT NULL CHECK (half IN (0, 1)),
  wanted        INTEGER NOT NULL CHECK (wanted >= 0),
  fr_enc        BLOB,
  en_enc        BLOB,
  UNIQUE (post, position)
) STRICT;

-- What an adult chose, or brings; child: one for whom it was asked, with whom
-- the answer goes.
CREATE TABLE item_answer (
  id            INTEGER PRIMARY KEY,
  post          INTEGER NOT NULL REFERENCES item (post),
  line          INTEGER NOT NULL REFERENCES item_line (id),
  guardian      INTEGER NOT NULL REFERENCES guardian (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  n             INTEGER NOT NULL CHECK (n > 0),
  answered_at   INTEGER NOT NULL,
  UNIQUE (line, guardian)
) STRICT;
CREATE INDEX item_answer_by_post ON item_answer (post, line, guardian);
CREATE INDEX item_answer_by_child ON item_answer (child, answered_at);

-- Never more than is wanted, whatever two do at once.
CREATE TRIGGER item_answer_full BEFORE INSERT ON item_answer FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM item_line l
              WHERE l.id = new.line AND l.wanted > 0
                AND l.wanted < new.n + COALESCE((SELECT sum(a.n)
                                                   FROM item_answer a
                                                  WHERE a.line = new.line), 0))
BEGIN SELECT RAISE(ABORT, 'no more of these are wanted'); END;

CREATE TRIGGER item_answer_written BEFORE UPDATE ON item_answer FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'an answer is given anew'); END;

-- A calendar that a program fetches without signing in: the address is made of
-- the nonce and a key of the house, and only its digest is looked up.
CREATE TABLE calendar_feed (
  account         INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
  organisation    INTEGER NOT NULL REFERENCES organisation (id),
  nonce           BLOB NOT NULL,
  address_digest  BLOB NOT NULL UNIQUE,
  made_at         INTEGER NOT NULL
) STRICT;

-- A form as it was filled in, to be filled in so again.
CREATE TABLE pattern (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  author        INTEGER NOT NULL REFERENCES account (id),
  kind          TEXT NOT NULL CHECK (kind IN ('notice', 'event', 'programme', 'menu', 'poll', 'bring', 'entry')),
  name_enc      BLOB NOT NULL,
  fields_enc    BLOB NOT NULL,
  made_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX pattern_by_kind ON pattern (organisation, kind, id);
