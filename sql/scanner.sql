-- The antivirus, and what waits for it.

-- name: scanner_say :exec
-- since stays while nothing changes.
INSERT INTO scanner (id, state, since) VALUES (1, :state, :since)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, since = excluded.since
 WHERE scanner.state <> excluded.state;

-- name: scanner_state :opt
SELECT state, since FROM scanner WHERE id = 1;

-- name: scanner_waiting :one
-- out: n integer
-- Files of an organisation that are held until it is asked about them.
SELECT count(*) AS n FROM medium
 WHERE organisation = :organisation AND state = 'queued' AND kind <> 'still'
   AND scanned_at IS NULL;

-- name: scanner_due :opt
-- in: now integer
-- in: skip integer
SELECT j.subject
  FROM job j
  JOIN medium m ON m.id = j.subject
 WHERE j.kind = 'intake' AND j.run_at <= :now AND m.kind <> 'still'
   AND m.scanned_at IS NULL
 ORDER BY j.run_at, j.id
 LIMIT 1 OFFSET :skip;

-- name: scanner_passed :exec
UPDATE medium SET scanned_at = :scanned_at WHERE id = :id AND state = 'queued';
