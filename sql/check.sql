-- What does not add up, for `preau check`.

-- name: check_blobs :many
-- in: after integer
-- in: most integer
-- out: medium integer
SELECT b.id, b.name, b.key_wrapped, b.bytes, b.medium AS medium, m.state,
       m.organisation
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.id > :after
 ORDER BY b.id
 LIMIT :most;

-- name: check_children :many
-- in: after integer
-- in: most integer
SELECT id, organisation, key_wrapped, first_enc, erased_at
  FROM child
 WHERE id > :after
 ORDER BY id
 LIMIT :most;

-- name: check_file :opt
-- in: file text
-- The row of a file.
SELECT b.id, b.key_wrapped, m.state
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.name = :file;

-- name: check_stuck :many
-- in: before integer
-- in: before_pieces integer
-- in: most integer
SELECT id FROM medium
 WHERE state = 'receiving'
   AND upload_seen_at < CASE WHEN upload_bytes IS NULL THEN :before
                             ELSE :before_pieces END
 ORDER BY id
 LIMIT :most;

-- name: check_jobs :many
-- in: most integer
-- Work on media that are not waiting for it.
SELECT j.id, j.subject
  FROM job j
 WHERE j.kind = 'intake'
   AND NOT EXISTS (SELECT 1 FROM medium m
                    WHERE m.id = j.subject AND m.state = 'queued')
 ORDER BY j.id
 LIMIT :most;

-- name: check_jobless :many
-- in: most integer
-- Media that wait for work which nobody will do.
SELECT m.id
  FROM medium m
 WHERE m.state = 'queued'
   AND NOT EXISTS (SELECT 1 FROM job j
                    WHERE j.kind = 'intake' AND j.subject = m.id)
 ORDER BY m.id
 LIMIT :most;

-- name: check_erased :one
-- out: n integer
-- Keys that are gone: the journal has a line for each, or more.
SELECT (SELECT count(*) FROM blob WHERE key_wrapped IS NULL) +
       (SELECT count(*) FROM child WHERE erased_at IS NOT NULL) +
       (SELECT count(*) FROM account WHERE ended_at IS NOT NULL) +
       (SELECT count(*) FROM trace WHERE key_wrapped IS NULL) AS n;

-- name: check_drop_blobs :exec
DELETE FROM blob WHERE medium = :medium;

-- name: check_drop_medium :exec
DELETE FROM medium WHERE id = :id AND state = 'receiving';

-- name: check_drop_job :exec
DELETE FROM job WHERE id = :id;

-- name: check_add_job :exec
INSERT INTO job (kind, subject, run_at) VALUES ('intake', :subject, :run_at)
ON CONFLICT (kind, subject) DO NOTHING;

-- name: check_add_rehash :exec
INSERT INTO job (kind, subject, run_at) VALUES ('rehash', :subject, :run_at)
ON CONFLICT (kind, subject) DO UPDATE SET run_at = excluded.run_at;
