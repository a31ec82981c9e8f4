-- What those who look into stopped media were shown, and handed on, see
-- report/stopped.h and stop/circle.h.

-- name: look_add :exec
INSERT INTO stop_look (stopping, account, at) VALUES (:stopping, :account, :at);

-- name: look_last :one
-- out: at integer
-- The beginning of the last minute of what is open to this person.
SELECT coalesce(max(at), 0) AS at FROM stop_look
 WHERE stopping = :stopping AND account = :account AND closed = 0;

-- name: look_close :exec
UPDATE stop_look SET closed = 1
 WHERE stopping = :stopping AND account = :account AND closed = 0;

-- name: look_give_back :exec
-- in: now integer
-- Minutes that were not looked at.
DELETE FROM stop_look
 WHERE stopping = :stopping AND account = :account AND at > :now;

-- name: look_others :opt
-- in: proposer integer
-- Somebody was shown it who is neither of the two.
SELECT account FROM stop_look
 WHERE stopping = :stopping AND account <> :account AND account <> :proposer
 LIMIT 1;

-- name: look_shown :many
-- in: since integer
SELECT l.account, l.at, l.stopping
  FROM stop_look l
  JOIN stopping s ON s.id = l.stopping
 WHERE s.organisation = :organisation AND l.at >= :since
 ORDER BY l.stopping;

-- name: look_ends :exec
-- in: before integer
-- in: most integer
-- Of what was decided before that time.
DELETE FROM stop_look
 WHERE id IN (SELECT l.id
                FROM stop_look l
                JOIN stopping s ON s.id = l.stopping
               WHERE s.organisation = :organisation AND s.outcome_at < :before
               LIMIT :most);

-- ---- handed on ----

-- name: stop_aside_add :exec
INSERT INTO stop_aside (stopping, account) VALUES (:stopping, :account)
ON CONFLICT DO NOTHING;

-- name: stop_aside_gone :exec
DELETE FROM stop_aside WHERE stopping = :stopping;

-- name: stop_aside_of :many
SELECT account FROM stop_aside WHERE stopping = :stopping ORDER BY account;

-- ---- what became of it ----

-- name: stop_worked :many
-- in: organisation integer
-- in: since integer
-- in: account integer
-- What others decided since, on which this person had worked.
SELECT s.id
  FROM stopping s
 WHERE s.organisation = :organisation AND s.outcome_at > :since
   AND s.outcome_by <> :account
   AND (EXISTS (SELECT 1 FROM stop_event e
                 WHERE e.stopping = s.id AND e.actor = :account)
        OR EXISTS (SELECT 1 FROM stop_look l
                    WHERE l.stopping = s.id AND l.account = :account))
 ORDER BY s.id;
