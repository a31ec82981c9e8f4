-- The evidence safe of a family, see safe/safe.h.

-- name: safe_of_account :opt
SELECT s.id, s.account, s.token, s.key_wrapped, s.opened_at, s.last_at,
       p.id AS post
  FROM safe s
  JOIN post p ON p.safe = s.id
 WHERE s.account = :account AND s.emptied_at IS NULL;

-- name: safe_by_id :opt
SELECT s.id, s.account, s.token, s.key_wrapped, s.opened_at, s.last_at,
       s.emptied_at, s.left_at, p.id AS post
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
SELECT id FROM safe_in_need WHERE id = :safe LIMIT 1;

-- name: safe_ends :many
-- in: before integer
-- in: most integer
-- Whose newest entry is older, and that no case needs.
SELECT s.id
  FROM safe s
 WHERE s.organisation = :organisation AND s.emptied_at IS NULL
   AND s.last_at < :before
   AND NOT EXISTS (SELECT 1 FROM safe_in_need n WHERE n.id = s.id)
 ORDER BY s.last_at
 LIMIT :most;

-- name: safe_left_ends :many
-- in: most integer
-- Of families that have left, which no case needs any more.
SELECT s.id
  FROM safe s
 WHERE s.organisation = :organisation AND s.left_at IS NOT NULL
   AND s.emptied_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM safe_in_need n WHERE n.id = s.id)
 ORDER BY s.id
 LIMIT :most;

-- name: safe_read_since :opt
-- in: case_file integer
-- in: actor integer
-- in: deed text
-- in: detail text
-- in: since integer
-- That this person read it, or saw that picture of it.
SELECT id FROM case_event
 WHERE case_file = :case_file AND actor = :actor AND deed = :deed
   AND detail = :detail AND at > :since
 LIMIT 1;

-- name: safe_cases_of_medium :many
-- To which a picture's safe is open.
SELECT x.case_file
  FROM safe_entry e
  JOIN safe_share x ON x.safe = e.safe AND x.ended_at IS NULL
 WHERE e.medium = :medium
 ORDER BY x.id;

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

-- name: safe_leave :exec
UPDATE safe SET left_at = :left_at
 WHERE id = :id AND emptied_at IS NULL AND left_at IS NULL;

-- name: safe_forget_withdrawn :exec
-- What was taken back was open to nobody: its words.
UPDATE safe_entry SET line_enc = NULL
 WHERE safe = :safe AND line_enc IS NOT NULL
   AND EXISTS (SELECT 1 FROM safe_entry w
                WHERE w.safe = safe_entry.safe AND w.of_n = safe_entry.n
                  AND w.kind = 'withdrawn');

-- name: safe_media_withdrawn :many
-- And its pictures.
SELECT m.id
  FROM safe_entry e
  JOIN medium m ON m.id = e.medium
 WHERE e.safe = :safe AND m.state <> 'deleted'
   AND EXISTS (SELECT 1 FROM safe_entry w
                WHERE w.safe = e.safe AND w.of_n = e.n
                  AND w.kind = 'withdrawn');

-- name: safe_media_of_account :many
-- Pictures of an account's safes whose files may go.
SELECT m.id
  FROM safe s
  JOIN post p ON p.safe = s.id
  JOIN medium m ON m.post = p.id
 WHERE s.account = :account AND m.state = 'deleted';

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
