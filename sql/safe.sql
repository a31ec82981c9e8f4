-- The evidence safe of a family, see safe/safe.h.

-- name: safe_of_account :opt
SELECT s.id, s.account, s.token, s.key_wrapped, s.opened_at, s.last_at,
       p.id AS post
  FROM safe s
  JOIN post p ON p.safe = s.id
 WHERE s.account = :account AND s.emptied_at IS NULL;

-- name: safe_by_id :opt
SELECT s.id, s.account, s.token, s.key_wrapped, s.opened_at, s.last_at,
       s.emptied_at, p.id AS post
  FROM safe s
  JOIN post p ON p.safe = s.id
 WHERE s.id = :id AND s.organisation = :organisation;

-- name: safe_insert :one
INSERT INTO safe (organisation, account, token, key_wrapped, opened_at, last_at)
VALUES (:organisation, :account, :token, :key_wrapped, :opened_at, :opened_at)
RETURNING id;

-- name: safe_post :one
-- kind is a word of albums; safe says that it is none.
INSERT INTO post (organisation, kind, author, state, title_enc, body_enc,
                  day_on, created_at, changed_at, safe)
VALUES (:organisation, 'album', :author, 'draft', :title_enc, :body_enc,
        :day_on, :created_at, :created_at, :safe)
RETURNING id;

-- name: safe_touch :exec
UPDATE safe SET last_at = :last_at WHERE id = :id;

-- name: safe_entry_last :opt
SELECT n, digest, hash FROM safe_entry WHERE safe = :safe ORDER BY n DESC LIMIT 1;

-- name: safe_entry_add :exec
INSERT INTO safe_entry (safe, n, at, kind, of_n, medium, line_enc, digest, hash)
VALUES (:safe, :n, :at, :kind, :of_n, :medium, :line_enc, :digest, :hash);

-- name: safe_entries :many
SELECT e.id, e.n, e.at, e.kind, e.of_n, e.medium, e.line_enc, e.digest, e.hash,
       m.state, m.reason, b.type
  FROM safe_entry e
  LEFT JOIN medium m ON m.id = e.medium
  LEFT JOIN blob b ON b.medium = e.medium AND b.side = 0
 WHERE e.safe = :safe
 ORDER BY e.n;

-- name: safe_share_add :exec
INSERT INTO safe_share (safe, case_file, since)
VALUES (:safe, :case_file, :since)
ON CONFLICT DO NOTHING;

-- name: safe_share_end :exec
UPDATE safe_share SET ended_at = :ended_at
 WHERE id = :id AND safe = :safe AND ended_at IS NULL;

-- name: safe_shares :many
-- To which cases it is open now.
SELECT s.id, s.case_file, s.since, c.number, c.organisation
  FROM safe_share s
  JOIN case_file c ON c.id = s.case_file
 WHERE s.safe = :safe AND s.ended_at IS NULL
 ORDER BY s.id;

-- name: safe_shares_all :many
SELECT id FROM safe_share WHERE safe = :safe AND ended_at IS NULL;

-- name: safe_of_case :many
SELECT safe FROM safe_share
 WHERE case_file = :case_file AND ended_at IS NULL
 ORDER BY id;

-- name: safe_needed :opt
-- A case that is open to it and not decided, or that is held, needs it.
SELECT s.id
  FROM safe_share s
  JOIN case_file c ON c.id = s.case_file
 WHERE s.safe = :safe
   AND ((s.ended_at IS NULL AND c.outcome IS NULL)
        OR EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'case' AND h.subject = c.id
                      AND h.released_at IS NULL))
 LIMIT 1;

-- name: safe_ends :many
-- in: before integer
-- in: most integer
-- Whose newest entry is older, and that no case needs.
SELECT s.id
  FROM safe s
 WHERE s.organisation = :organisation AND s.emptied_at IS NULL
   AND s.last_at < :before
   AND NOT EXISTS (SELECT 1
                     FROM safe_share x
                     JOIN case_file c ON c.id = x.case_file
                    WHERE x.safe = s.id
                      AND ((x.ended_at IS NULL AND c.outcome IS NULL)
                           OR EXISTS (SELECT 1 FROM hold_order h
                                       WHERE h.subject_kind = 'case'
                                         AND h.subject = c.id
                                         AND h.released_at IS NULL)))
 ORDER BY s.last_at
 LIMIT :most;

-- ---- its end ----

-- name: safe_forget :exec
UPDATE safe SET key_wrapped = NULL, emptied_at = :emptied_at
 WHERE id = :id AND emptied_at IS NULL;

-- name: safe_forget_lines :exec
UPDATE safe_entry SET line_enc = NULL WHERE safe = :safe AND line_enc IS NOT NULL;

-- name: safe_forget_shares :exec
UPDATE safe_share SET ended_at = :ended_at
 WHERE safe = :safe AND ended_at IS NULL;

-- name: safe_media :many
SELECT m.id FROM medium m JOIN post p ON p.id = m.post
 WHERE p.safe = :safe AND m.state <> 'deleted';

-- name: safe_token :opt
SELECT id, token, emptied_at FROM safe WHERE id = :id;

-- name: safes_of_account :many
SELECT id FROM safe WHERE account = :account AND emptied_at IS NULL;

-- name: safe_media_all :many
SELECT m.id FROM medium m JOIN post p ON p.id = m.post
 WHERE p.safe = :safe AND m.state = 'deleted';

-- ---- the heads beside the database (report/head.h) ----

-- name: safe_entry_hash :opt
SELECT hash FROM safe_entry WHERE id = :id AND safe = :safe;

-- name: safe_entry_newest :one
-- out: id integer
SELECT coalesce(max(id), 0) AS id FROM safe_entry;

-- name: safe_entry_since :many
-- in: since integer
-- in: most integer
SELECT e.id, e.safe, e.hash, s.organisation
  FROM safe_entry e
  JOIN safe s ON s.id = e.safe
 WHERE e.id > :since
 ORDER BY e.id
 LIMIT :most;

-- name: safe_list :many
-- in: after integer
-- in: most integer
SELECT id FROM safe
 WHERE organisation = :organisation AND id > :after
 ORDER BY id
 LIMIT :most;
