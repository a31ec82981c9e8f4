-- The job table: what waits for the jobs role.

-- name: job_add :exec
INSERT INTO job (kind, subject, run_at)
VALUES (:kind, :subject, :run_at)
ON CONFLICT (kind, subject) DO UPDATE SET run_at = excluded.run_at;

-- name: job_due :many
-- in: now integer
-- in: most integer
SELECT id, subject, attempts
  FROM job
 WHERE kind = :kind AND run_at <= :now
 ORDER BY run_at, id
 LIMIT :most;

-- name: job_due_photos :many
-- Files to be taken in that are known to be no video and no document.
-- scan 1, here and below: an antivirus let them pass.
-- in: now integer
-- in: scan integer
-- in: most integer
SELECT j.id, j.subject, j.attempts
  FROM job j
 WHERE j.kind = 'intake' AND j.run_at <= :now
   AND NOT EXISTS (SELECT 1 FROM medium m
                    WHERE m.id = j.subject
                      AND (m.kind IN ('video', 'document')
                           OR (:scan = 1 AND m.kind <> 'still'
                               AND m.scanned_at IS NULL)))
 ORDER BY j.run_at, j.id
 LIMIT :most;

-- name: job_due_videos :many
-- in: now integer
-- in: scan integer
-- in: most integer
SELECT j.id, j.subject, j.attempts
  FROM job j
 WHERE j.kind = 'intake' AND j.run_at <= :now
   AND EXISTS (SELECT 1 FROM medium m
                WHERE m.id = j.subject AND m.kind = 'video'
                  AND (:scan = 0 OR m.scanned_at IS NOT NULL))
 ORDER BY j.run_at, j.id
 LIMIT :most;

-- name: job_due_documents :many
-- in: now integer
-- in: scan integer
-- in: most integer
SELECT j.id, j.subject, j.attempts
  FROM job j
 WHERE j.kind = 'intake' AND j.run_at <= :now
   AND EXISTS (SELECT 1 FROM medium m
                WHERE m.id = j.subject AND m.kind = 'document'
                  AND (:scan = 0 OR m.scanned_at IS NOT NULL))
 ORDER BY j.run_at, j.id
 LIMIT :most;

-- name: job_next :one
-- When there will be something again; NULL when nothing waits.
-- in: now integer
-- out: at integer
SELECT min(run_at) AS at FROM job WHERE run_at > :now;

-- name: job_failed :exec
-- A try that counts: the process that worked on it died.
UPDATE job
   SET attempts = attempts + 1, last_error = :last_error, run_at = :run_at
 WHERE kind = :kind AND subject = :subject;

-- name: job_later :exec
-- A try that does not count: the fault was ours.
UPDATE job
   SET last_error = :last_error, run_at = :run_at
 WHERE kind = :kind AND subject = :subject;

-- name: job_done :exec
DELETE FROM job WHERE kind = :kind AND subject = :subject;

-- name: job_lost :many
-- Queued files that no job stands for.
SELECT m.id
  FROM medium m
 WHERE m.state = 'queued'
   AND NOT EXISTS (SELECT 1 FROM job j
                    WHERE j.kind = 'intake' AND j.subject = m.id)
 LIMIT 200;

-- name: job_sweep_invitations :exec
-- in: before integer
-- in: most integer
DELETE FROM invitation
 WHERE id IN (SELECT i.id FROM invitation i
               WHERE i.organisation = :organisation
                 AND i.expires_at < :before AND i.used_at IS NULL
               LIMIT :most);

-- name: job_attempts :opt
SELECT attempts FROM job WHERE kind = :kind AND subject = :subject;
