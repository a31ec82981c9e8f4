-- Photos that were stored before Arachnid Shield was turned on are asked about
-- in the background, and photos from before query hypotheses get theirs.

-- One row while Shield is on: every medium up to until_medium that has hashes
-- is asked about once; `medium` is the last one that was.
CREATE TABLE shield_stored (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  medium        INTEGER NOT NULL DEFAULT 0,
  until_medium  INTEGER NOT NULL,
  begun_at      INTEGER NOT NULL,
  done_at       INTEGER
) STRICT;

-- Decoded once more by the jobs of jobs/rehash.h, then compared.  Here and not
-- by looking for them: some pictures have nothing to suppose.
INSERT INTO job (kind, subject, run_at)
SELECT 'rehash', m.id, 0
  FROM medium m
  JOIN blob b ON b.medium = m.id AND b.side = 0 AND b.key_wrapped IS NOT NULL
 WHERE m.state = 'ready'
   AND EXISTS (SELECT 1 FROM medium_hash h
                WHERE h.medium = m.id AND h.hash_kind = 1)
   AND NOT EXISTS (SELECT 1 FROM medium_hash h
                    WHERE h.medium = m.id AND h.hash_kind = 1
                      AND h.hypothesis > 0)
    ON CONFLICT (kind, subject) DO NOTHING;
