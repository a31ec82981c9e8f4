-- Who makes PDF of office files, and what waits for it.

-- name: office_worker_gone :exec
-- The first word stays: it is gone since then.
INSERT INTO office_worker (id, gone_since) VALUES (1, :gone_since)
ON CONFLICT (id) DO UPDATE SET gone_since = excluded.gone_since
 WHERE office_worker.gone_since = 0;

-- name: office_worker_there :exec
UPDATE office_worker SET gone_since = 0 WHERE id = 1;

-- name: office_worker_state :opt
SELECT gone_since FROM office_worker WHERE id = 1;

-- name: office_worker_waiting :one
-- out: n integer
-- PDFs do not wait long.
SELECT count(*) AS n FROM medium
 WHERE organisation = :organisation AND state = 'queued' AND kind = 'document';
