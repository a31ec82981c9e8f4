-- What Arachnid Shield said about hashes, so that it is not asked again: that a
-- hash is known for ever, that it is not for some days, since its lists grow.
-- The digest is keyed (context shield_answer.pdq): the hash of a photo does not
-- stay here when the photo is gone.
CREATE TABLE shield_answer (
  pdq_digest     BLOB PRIMARY KEY,
  known          INTEGER NOT NULL CHECK (known IN (0, 1)),
  classification TEXT NOT NULL,
  match_type     TEXT NOT NULL,
  said_at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
