-- Suspect copies, and what was read of them.

-- name: trace_receive :one
-- A file that is still coming.
INSERT INTO trace (organisation, state, asked_by, asked_at, name_enc,
                   blob_name, key_wrapped, bytes, kept_until)
VALUES (:organisation, 'receiving', :asked_by, :asked_at, :name_enc,
        :blob_name, :key_wrapped, 0, :kept_until)
RETURNING id;

-- name: trace_receiving :opt
SELECT id, blob_name FROM trace
 WHERE id = :id AND organisation = :organisation AND asked_by = :asked_by
   AND state = 'receiving';

-- name: trace_drop :exec
DELETE FROM trace WHERE id = :id AND state = 'receiving';

-- name: trace_stale :many
-- in: before integer
-- Files that never came whole.
SELECT id, blob_name FROM trace
 WHERE state = 'receiving' AND asked_at < :before AND key_wrapped IS NOT NULL;

-- name: trace_ask :exec
UPDATE trace
   SET state = 'asked', reason_enc = :reason_enc, post = :post, bytes = :bytes
 WHERE id = :id AND state = 'receiving';

-- name: trace_people :many
-- Who may ask and allow: directors and safeguarding leads, while active.
SELECT id, role, name_enc
  FROM account
 WHERE organisation = :organisation AND kind = 'staff' AND state = 'active'
   AND role IN ('director', 'safeguarding')
 ORDER BY id;

-- name: trace_by_id :opt
SELECT id, organisation, state, asked_by, asked_at, reason_enc, name_enc, post,
       decided_by, decided_at, blob_name, key_wrapped, bytes, kept_until,
       width, height, accounts, readings, answer, told_at, closed_by, closed_at
  FROM trace
 WHERE id = :id AND organisation = :organisation AND state <> 'receiving';

-- name: trace_all :many
-- in: most integer
SELECT t.id, t.state, t.asked_by, t.asked_at, t.answer, t.closed_at, a.name_enc
  FROM trace t
  JOIN account a ON a.id = t.asked_by
 WHERE t.organisation = :organisation AND t.state <> 'receiving'
 ORDER BY t.id DESC
 LIMIT :most;

-- name: trace_waiting :one
-- in: account integer
-- out: n integer
-- What waits for somebody who did not ask it.
SELECT count(*) AS n
  FROM trace
 WHERE organisation = :organisation AND state = 'asked'
   AND closed_at IS NULL AND asked_by <> :account;

-- name: trace_decide :exec
UPDATE trace
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at
 WHERE id = :id AND state = 'asked' AND closed_at IS NULL;

-- name: trace_close :exec
UPDATE trace
   SET closed_by = :closed_by, closed_at = :closed_at, key_wrapped = NULL
 WHERE id = :id AND closed_at IS NULL;

-- name: trace_ended :many
-- in: now integer
-- in: most integer
-- Whose copy has been kept long enough.
SELECT id, organisation FROM trace
 WHERE organisation = :organisation AND key_wrapped IS NOT NULL
   AND kept_until <= :now AND state <> 'receiving'
 ORDER BY kept_until
 LIMIT :most;

-- name: trace_event_add :exec
INSERT INTO trace_event (trace, at, actor, deed, note_enc)
VALUES (:trace, :at, :actor, :deed, :note_enc);

-- name: trace_events :many
-- out: name_enc blob
SELECT e.at, e.actor, e.deed, e.note_enc, a.name_enc AS name_enc
  FROM trace_event e
  LEFT JOIN account a ON a.id = e.actor
 WHERE e.trace = :trace
 ORDER BY e.id;

-- name: trace_albums :many
-- in: most integer
-- Where a copy may be from.
SELECT id, title_enc, day_on
  FROM post
 WHERE organisation = :organisation AND state <> 'draft' AND photos > 0
 ORDER BY day_on DESC, id DESC
 LIMIT :most;

-- name: trace_album :opt
SELECT id FROM post WHERE id = :id AND organisation = :organisation;

-- name: trace_named :many
SELECT s.medium, s.side, s.account, s.score, a.kind, a.role, a.state, a.name_enc
  FROM trace_score s
  JOIN account a ON a.id = s.account
 WHERE s.trace = :trace AND s.named = 1
 ORDER BY s.score DESC, s.account;

-- name: trace_names :opt
SELECT s.medium FROM trace_score s
 WHERE s.trace = :trace AND s.account = :account AND s.named = 1
 LIMIT 1;

-- name: trace_shown :many
-- What was read, the likeliest photo first.
SELECT c.likely, c.distance, r.medium, r.side, r.shown, r.presence, r.likeness,
       r.share, m.post, m.position, p.title_enc, p.day_on
  FROM trace_candidate c
  JOIN trace_reading r ON r.trace = c.trace AND r.medium = c.medium
  JOIN medium m ON m.id = c.medium
  JOIN post p ON p.id = m.post
 WHERE c.trace = :trace
 ORDER BY c.likely, r.side DESC;

-- name: trace_candidates :many
SELECT likely, medium, distance, turn
  FROM trace_candidate WHERE trace = :trace ORDER BY likely;

-- ---- what jobs does ----

-- name: trace_to_do :opt
-- The copy of a trace that was allowed and is not told yet.
SELECT id, organisation, state, post, blob_name, key_wrapped, width, height,
       quality
  FROM trace
 WHERE id = :id AND state IN ('allowed', 'reading') AND closed_at IS NULL
   AND key_wrapped IS NOT NULL;

-- name: trace_lost :many
-- Allowed, and no job stands for it.
SELECT t.id
  FROM trace t
 WHERE t.state IN ('allowed', 'reading') AND t.key_wrapped IS NOT NULL
   AND t.closed_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM job j
                    WHERE j.kind = 'trace' AND j.subject = t.id)
 LIMIT 200;

-- name: trace_hashes_after :many
-- The next photos of an organisation as PDQ saw them, with and without bars.
-- in: most integer
SELECT h.medium, h.pipeline, h.hypothesis, h.frame, h.quality, h.hash, m.post
  FROM medium_hash h
  JOIN medium m ON m.id = h.medium
 WHERE h.hash_kind = :hash_kind
   AND (h.medium, h.pipeline, h.hypothesis, h.frame)
     > (:medium, :pipeline, :hypothesis, :frame)
   AND m.organisation = :organisation AND m.state = 'ready'
   AND m.kind NOT IN ('video', 'document')
   AND m.post NOT IN (SELECT p.id FROM post p WHERE p.paper IS NOT NULL)
   AND m.post NOT IN (SELECT p.id FROM post p WHERE p.safe IS NOT NULL)
   AND h.pipeline = 0 AND h.hypothesis <= 1
 ORDER BY h.medium, h.pipeline, h.hypothesis, h.frame
 LIMIT :most;

-- name: trace_candidate_add :exec
INSERT INTO trace_candidate (trace, likely, medium, distance, turn)
VALUES (:trace, :likely, :medium, :distance, :turn);

-- name: trace_hashed :exec
UPDATE trace
   SET state = 'reading', width = :width, height = :height, quality = :quality
 WHERE id = :id AND state = 'allowed';

-- name: trace_rendition :opt
SELECT b.name, b.key_wrapped, b.segments
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.medium = :medium AND b.side = :side AND b.segments > 0
   AND b.key_wrapped IS NOT NULL AND m.state = 'ready';

-- name: trace_readings :many
SELECT medium, side, shown, presence, strength FROM trace_reading WHERE trace = :trace;

-- name: trace_reading_add :exec
INSERT INTO trace_reading (trace, medium, side, shown, presence, likeness,
                           share, strength, read_at)
VALUES (:trace, :medium, :side, :shown, :presence, :likeness, :share,
        :strength, :read_at)
ON CONFLICT (trace, medium, side) DO NOTHING;

-- name: trace_accounts_after :many
-- in: after integer
-- in: most integer
-- Everybody who has or had an account, family or staff.
SELECT id FROM account
 WHERE organisation = :organisation AND id > :after
 ORDER BY id
 LIMIT :most;

-- name: trace_accounts :one
-- out: n integer
SELECT count(*) AS n FROM account WHERE organisation = :organisation;

-- name: trace_score_add :exec
INSERT INTO trace_score (trace, medium, side, account, score)
VALUES (:trace, :medium, :side, :account, :score)
ON CONFLICT (trace, medium, side, account) DO NOTHING;

-- name: trace_scores :many
SELECT medium, side, account, score FROM trace_score WHERE trace = :trace;

-- name: trace_name :exec
UPDATE trace_score SET named = 1
 WHERE trace = :trace AND medium = :medium AND side = :side
   AND account = :account;

-- name: trace_forget_scores :exec
-- Nobody is suspected whom the trace does not name.
DELETE FROM trace_score WHERE trace = :trace AND named = 0;

-- name: trace_tell :exec
UPDATE trace
   SET state = 'told', answer = :answer, accounts = :accounts,
       readings = :readings, told_at = :told_at
 WHERE id = :id AND state IN ('allowed', 'reading');

-- ---- keys and files ----

-- name: trace_forget_by_name :exec
-- in: now integer
UPDATE trace SET key_wrapped = NULL, closed_at = coalesce(closed_at, :now)
 WHERE blob_name = :blob_name AND key_wrapped IS NOT NULL;

-- name: trace_has_key :opt
SELECT id FROM trace
 WHERE blob_name = :blob_name AND key_wrapped IS NOT NULL;

-- name: trace_blobs :many
-- in: after integer
-- in: most integer
-- Copies that somebody could still read, in pages.
SELECT id, organisation, state, blob_name, key_wrapped, bytes
  FROM trace
 WHERE id > :after AND key_wrapped IS NOT NULL AND state <> 'receiving'
 ORDER BY id
 LIMIT :most;

-- name: trace_file :opt
-- The row of a file.
SELECT id, key_wrapped, state FROM trace WHERE blob_name = :blob_name;
