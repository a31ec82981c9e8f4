-- Sign-ins of a year, a safe whose family has left, and care for those who look
-- into what was stopped.

CREATE INDEX session_known ON session (account, id);

-- left_at: its account was erased while a case needed it (erasure/safe.h).
ALTER TABLE safe ADD COLUMN left_at INTEGER;
CREATE INDEX safe_left ON safe (organisation, id)
  WHERE left_at IS NOT NULL AND emptied_at IS NULL;
CREATE INDEX safe_by_account ON safe (account);

-- Safes that a case needs: open to one that is not decided, or is looked at
-- again; or once open to one that is held.
CREATE VIEW safe_in_need AS
SELECT x.safe AS id
  FROM safe_share x
  JOIN case_file c ON c.id = x.case_file
 WHERE (x.ended_at IS NULL
        AND (c.outcome IS NULL
             OR (c.again_at IS NOT NULL AND c.again_done_at IS NULL)))
    OR EXISTS (SELECT 1 FROM hold_order h
                WHERE h.subject_kind = 'case' AND h.subject = c.id
                  AND h.released_at IS NULL);

-- Each minute in which somebody was shown why a medium was stopped; never the
-- medium (report/stopped.h).  closed: it is not open any more.
CREATE TABLE stop_look (
  id            INTEGER PRIMARY KEY,
  stopping      INTEGER NOT NULL REFERENCES stopping (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  at            INTEGER NOT NULL,
  closed        INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT;
CREATE INDEX stop_look_by_account ON stop_look (account, at);
CREATE INDEX stop_look_by_stopping ON stop_look (stopping, account);

-- Who would rather not look into it: no reason, and gone with the decision.
CREATE TABLE stop_aside (
  stopping      INTEGER NOT NULL REFERENCES stopping (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (stopping, account)
) STRICT, WITHOUT ROWID;

CREATE INDEX stopping_decided ON stopping (organisation, outcome_at)
  WHERE outcome_at IS NOT NULL;
