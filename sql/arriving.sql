-- Children who come from another house, see move/arrive.h.

-- name: arriving_insert :one
INSERT INTO arriving (organisation, child, bringer, state, name, key_wrapped,
                      bytes, seen_at)
VALUES (:organisation, :child, :bringer, 'coming', :name, :key_wrapped, :bytes,
        :seen_at)
RETURNING id;

-- name: arriving_by_id :opt
SELECT id, child, bringer, state, name, key_wrapped, bytes, seen_at, fault,
       fault_at, card, sender, token, made_at, pictures, videos, documents,
       record_enc, decided_by, decided_at, why_enc, confirmed_at, imported, done_at, ended_at
  FROM arriving
 WHERE id = :id AND organisation = :organisation;

-- name: arriving_of_child :opt
-- The newest.
SELECT id
  FROM arriving
 WHERE child = :child AND organisation = :organisation
 ORDER BY id DESC
 LIMIT 1;

-- name: arriving_open :many
-- in: most integer
SELECT id
  FROM arriving
 WHERE organisation = :organisation
   AND state IN ('checked', 'accepted', 'confirmed')
 ORDER BY id
 LIMIT :most;

-- name: arriving_seen :exec
UPDATE arriving SET seen_at = :seen_at WHERE id = :id AND state = 'coming';

-- name: arriving_whole :exec
UPDATE arriving SET state = 'whole', bytes = :bytes, seen_at = :seen_at
 WHERE id = :id AND state = 'coming';

-- name: arriving_forget :exec
-- What never came.
DELETE FROM arriving WHERE id = :id AND state = 'coming';

-- name: arriving_twice :opt
-- Taken in before.
SELECT id
  FROM arriving
 WHERE organisation = :organisation AND sender = :sender AND token = :token
   AND confirmed_at IS NOT NULL;

-- name: arriving_checked :exec
UPDATE arriving
   SET state = 'checked', card = :card, sender = :sender, token = :token,
       made_at = :made_at, pictures = :pictures, videos = :videos,
       documents = :documents, record_enc = :record_enc, fault = NULL
 WHERE id = :id AND state = 'whole';

-- name: arriving_damaged :exec
-- Nothing of it is here: the same file may come again.
UPDATE arriving
   SET state = 'damaged', fault = :fault, fault_at = :fault_at,
       name = NULL, key_wrapped = NULL, record_enc = NULL, confirmed_at = NULL,
       imported = 0, ended_at = :ended_at
 WHERE id = :id AND state IN ('whole', 'confirmed');

-- name: arriving_decide :exec
UPDATE arriving
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at,
       why_enc = :why_enc
 WHERE id = :id AND organisation = :organisation AND state = 'checked';

-- name: arriving_refuse :exec
UPDATE arriving
   SET state = 'refused', decided_by = :decided_by, decided_at = :decided_at,
       why_enc = :why_enc, name = NULL, key_wrapped = NULL, record_enc = NULL,
       ended_at = :decided_at
 WHERE id = :id AND organisation = :organisation AND state = 'checked';

-- name: arriving_confirm :exec
UPDATE arriving SET state = 'confirmed', confirmed_at = :confirmed_at
 WHERE id = :id AND organisation = :organisation AND state = 'accepted';

-- name: arriving_imported :exec
-- in: before integer
UPDATE arriving SET imported = imported + 1, fault = NULL
 WHERE id = :id AND state = 'confirmed' AND imported = :before;

-- name: arriving_full :exec
-- The disk, or not any more.
UPDATE arriving SET fault = :fault
 WHERE id = :id AND state IN ('whole', 'confirmed');

-- name: arriving_done :exec
UPDATE arriving
   SET state = 'done', done_at = :done_at, name = NULL, key_wrapped = NULL
 WHERE id = :id AND state = 'confirmed';

-- name: arriving_end :exec
UPDATE arriving
   SET state = 'ended', name = NULL, key_wrapped = NULL, record_enc = NULL,
       ended_at = :ended_at
 WHERE id = :id AND state IN ('whole', 'checked', 'accepted', 'done');

-- name: arriving_to_do :opt
-- in: after integer
SELECT id, organisation, child, state
  FROM arriving
 WHERE state IN ('whole', 'confirmed') AND id > :after
 ORDER BY id
 LIMIT 1;

-- name: arriving_over :many
-- in: before_coming integer
-- in: before_waiting integer
-- What never came, and what nobody decided about.
SELECT id, state
  FROM arriving
 WHERE (state = 'coming' AND seen_at < :before_coming)
    OR (state IN ('checked', 'accepted') AND seen_at < :before_waiting)
 LIMIT 100;

-- name: arriving_file :opt
SELECT id FROM arriving WHERE name = :name;

-- name: arriving_post :opt
-- in: album integer
-- The album of one part of what is brought.
SELECT id
  FROM post
 WHERE brought = :brought
 ORDER BY id
 LIMIT 1 OFFSET :album;

-- name: arriving_posts :many
SELECT id, state FROM post WHERE brought = :brought ORDER BY id;

-- name: arriving_post_add :one
-- kind is a word of albums; brought says whose.
INSERT INTO post (organisation, kind, author, state, title_enc, body_enc,
                  day_on, created_at, changed_at, brought)
VALUES (:organisation, 'album', :author, 'draft', :title_enc, :body_enc,
        :day_on, :created_at, :created_at, :brought)
RETURNING id;

-- name: arriving_medium_add :one
-- cleared: nobody is looked for; who was hidden there is covered in the bytes.
INSERT INTO medium (organisation, post, uploader, state, position, caption_enc,
                    taken_at, bytes_digest, created_at, upload_seen_at, cleared)
VALUES (:organisation, :post, :uploader, 'queued', :position, :caption_enc,
        :taken_at, :bytes_digest, :created_at, :created_at, 1)
RETURNING id;

-- name: arriving_forget_child :exec
-- in: at integer
-- in: erasure_token blob
-- Likewise; that it was taken in is kept, so that it is not again.
UPDATE arriving
   SET state = 'ended', name = NULL, key_wrapped = NULL, record_enc = NULL,
       why_enc = NULL, ended_at = :at
 WHERE state NOT IN ('ended', 'refused', 'damaged')
   AND child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);
