-- Entries of lists, by kind and value: off and on again, whom they stopped,
-- what people say of them.

-- name: list_entry_off_insert :exec
-- No row: it is off already.
INSERT INTO list_entry_off (list, hash_kind, value, cause, off_by, off_at, why)
VALUES (:list, :hash_kind, :value, :cause, :off_by, :off_at, :why)
ON CONFLICT DO NOTHING;

-- name: list_entry_on :exec
UPDATE list_entry_off
   SET on_by = :on_by, on_at = :on_at
 WHERE list = :list AND hash_kind = :hash_kind AND value = :value
   AND on_at IS NULL;

-- name: list_entry_off_now :opt
SELECT id, cause, off_by, off_at, why
  FROM list_entry_off
 WHERE list = :list AND hash_kind = :hash_kind AND value = :value
   AND on_at IS NULL;

-- name: list_entry_off_all :many
-- Of one list, those that are off now; in the order of kind and value.
SELECT hash_kind, value, cause, off_by, off_at, why
  FROM list_entry_off
 WHERE list = :list AND on_at IS NULL
 ORDER BY hash_kind, value;

-- name: list_entry_off_since :many
-- Of one list, what was put off or on since; in the order of kind and value.
-- in: since integer
-- out: is_off integer
SELECT hash_kind, value, max(CASE WHEN on_at IS NULL THEN 1 ELSE 0 END) AS is_off
  FROM list_entry_off
 WHERE list = :list
   AND (off_at >= :since OR on_at >= :since)
 GROUP BY hash_kind, value
 ORDER BY hash_kind, value;

-- name: list_off_state :many
-- Of every list, newest last: what list_stamp goes by.
SELECT id, list
  FROM list_entry_off
 WHERE on_at IS NULL
 ORDER BY id;

-- name: list_entry_restored :opt
-- Whether somebody looked at it and put it on again.
SELECT id, on_at
  FROM list_entry_off
 WHERE list = :list AND hash_kind = :hash_kind AND value = :value
   AND on_at IS NOT NULL
 ORDER BY id DESC
 LIMIT 1;

-- name: list_hit_add :exec
INSERT INTO list_hit (list, hash_kind, value, uploader, first_at, last_at, hits)
VALUES (:list, :hash_kind, :value, :uploader, :first_at, :first_at, 1)
ON CONFLICT (list, hash_kind, value, uploader)
DO UPDATE SET last_at = excluded.last_at, hits = list_hit.hits + 1;

-- name: list_hit_uploaders :one
-- out: n integer
SELECT count(*) AS n
  FROM list_hit
 WHERE list = :list AND hash_kind = :hash_kind AND value = :value;

-- name: list_feedback_insert :exec
INSERT INTO list_feedback (list, hash_kind, value, entry_name, verdict, why,
       said_by, said_at)
VALUES (:list, :hash_kind, :value, :entry_name, :verdict, :why, :said_by,
       :said_at);

-- name: list_feedback_of :many
SELECT id, hash_kind, value, entry_name, verdict, why, said_by, said_at, sent_at
  FROM list_feedback
 WHERE list = :list
 ORDER BY id;

-- name: list_feedback_count :one
-- out: n integer
-- What its source has not heard of.
SELECT count(*) AS n FROM list_feedback WHERE list = :list AND sent_at IS NULL;
