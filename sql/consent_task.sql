-- What consent leaves to the director, see consent/task.h.

-- name: consent_task_open :exec
-- No row: it is open already.
INSERT INTO consent_task (organisation, child, kind, purpose, found_at)
VALUES (:organisation, :child, :kind, :purpose, :found_at)
    ON CONFLICT (child, kind, purpose) WHERE done_at IS NULL DO NOTHING;

-- name: consent_task_close :exec
-- Over by itself: what was found is not there any more.
UPDATE consent_task SET done_at = :done_at WHERE id = :id AND done_at IS NULL;

-- name: consent_task_list :many
SELECT t.id AS id, t.child AS child, t.kind AS kind, t.purpose AS purpose,
       t.found_at AS found_at, c.key_wrapped AS key_wrapped,
       c.first_enc AS first_enc, c.last_enc AS last_enc
  FROM consent_task t
  JOIN child c ON c.id = t.child
 WHERE t.organisation = :organisation AND t.done_at IS NULL
   AND c.erased_at IS NULL
 ORDER BY t.kind, t.found_at, t.id;

-- name: consent_task_count :one
-- out: n integer
SELECT count(DISTINCT t.child) AS n
  FROM consent_task t
  JOIN child c ON c.id = t.child
 WHERE t.organisation = :organisation AND t.done_at IS NULL
   AND c.erased_at IS NULL;

-- name: consent_swept :opt
SELECT today_on, change FROM consent_swept WHERE organisation = :organisation;

-- name: consent_swept_set :exec
INSERT INTO consent_swept (organisation, today_on, change)
VALUES (:organisation, :today_on, :change)
    ON CONFLICT (organisation) DO UPDATE
   SET today_on = excluded.today_on, change = excluded.change;

-- name: consent_task_of :many
SELECT id, kind, purpose FROM consent_task
 WHERE child = :child AND done_at IS NULL
 ORDER BY id;

-- name: consent_close_of_gone :exec
-- in: now integer
-- in: today integer
-- Tasks about children who are enrolled no more.
UPDATE consent_task SET done_at = :now
 WHERE organisation = :organisation AND done_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM enrolment e
                    JOIN child c ON c.id = e.child
                   WHERE e.child = consent_task.child
                     AND e.from_on <= :today AND e.until_on >= :today
                     AND c.erased_at IS NULL);
