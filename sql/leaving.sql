-- Children who move to another house, see move/leave.h.

-- name: leaving_insert :one
INSERT INTO leaving (organisation, child, asker, state, card, token, photos,
                     videos, documents, contact, consents, notices, erase_after,
                     asked_at)
VALUES (:organisation, :child, :asker, 'asked', :card, :token, :photos,
        :videos, :documents, :contact, :consents, :notices, :erase_after,
        :asked_at)
RETURNING id;

-- name: leaving_season :exec
-- With what it held when it was asked for.
INSERT INTO leaving_season (leaving, season, photos, videos, documents, bytes)
VALUES (:leaving, :season, :photos, :videos, :documents, :bytes);

-- name: leaving_season_not :exec
DELETE FROM leaving_season
 WHERE leaving = :leaving AND season = :season
   AND leaving IN (SELECT l.id FROM leaving l
                    WHERE l.id = :leaving AND l.state = 'asked');

-- name: leaving_seasons :many
SELECT season, photos, videos, documents, bytes
  FROM leaving_season WHERE leaving = :leaving;

-- name: leaving_by_id :opt
SELECT id, child, asker, state, card, token, photos, videos, documents,
       contact, consents, notices, erase_after, asked_at, decided_by,
       decided_at, why_enc, made_at, expires_at, name, key_wrapped, bytes,
       pictures, in_videos, in_documents, left_out, mark, fault, taken_at,
       ended_at
  FROM leaving
 WHERE id = :id AND organisation = :organisation;

-- name: leaving_of_child :opt
-- The newest.
SELECT id
  FROM leaving
 WHERE child = :child AND organisation = :organisation
 ORDER BY id DESC
 LIMIT 1;

-- name: leaving_open :many
-- in: most integer
-- What a director decides, or decided and is under way.
SELECT id
  FROM leaving
 WHERE organisation = :organisation AND state IN ('asked', 'agreed', 'ready')
 ORDER BY id
 LIMIT :most;

-- name: move_waiting :one
-- out: waiting integer
-- What a director is to decide, of those who go and those who come.
SELECT (SELECT count(*) FROM leaving l
         WHERE l.organisation = :organisation AND l.state = 'asked')
     + (SELECT count(*) FROM arriving a
         WHERE a.organisation = :organisation AND a.state = 'checked')
       AS waiting;

-- name: leaving_decide :exec
UPDATE leaving
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at,
       why_enc = :why_enc, ended_at = :ended_at
 WHERE id = :id AND organisation = :organisation AND state = 'asked';

-- name: leaving_end :exec
UPDATE leaving
   SET state = 'ended', name = NULL, key_wrapped = NULL, ended_at = :ended_at
 WHERE id = :id AND state IN ('asked', 'agreed', 'ready');

-- name: leaving_again :exec
-- Something in it has changed: it is made anew.
UPDATE leaving
   SET state = 'agreed', name = NULL, key_wrapped = NULL, fault = NULL
 WHERE id = :id AND state = 'ready';

-- name: leaving_to_make :opt
-- in: after integer
-- What is too much for one file is not tried again.
SELECT id, organisation, child, asker
  FROM leaving
 WHERE state = 'agreed' AND (fault IS NULL OR fault <> 'limit')
   AND id > :after
 ORDER BY id
 LIMIT 1;

-- name: leaving_made :exec
UPDATE leaving
   SET state = 'ready', name = :name, key_wrapped = :key_wrapped,
       bytes = :bytes, pictures = :pictures, in_videos = :in_videos,
       in_documents = :in_documents, left_out = :left_out, mark = :mark,
       made_at = :made_at, expires_at = :expires_at, fault = :fault
 WHERE id = :id AND state = 'agreed';

-- name: leaving_fault :exec
UPDATE leaving SET fault = :fault WHERE id = :id AND state = 'agreed';

-- name: leaving_taken :exec
UPDATE leaving SET taken_at = :taken_at WHERE id = :id AND taken_at IS NULL;

-- name: leaving_over :many
-- in: now integer
SELECT id
  FROM leaving
 WHERE state = 'ready' AND expires_at < :now
 LIMIT 100;

-- name: leaving_file :opt
SELECT id FROM leaving WHERE name = :name;

-- name: leaving_forget_child :exec
-- in: at integer
-- in: erasure_token blob
-- Its file is named by no row any more: it is swept.
UPDATE leaving
   SET state = 'ended', name = NULL, key_wrapped = NULL, why_enc = NULL,
       ended_at = :at
 WHERE state IN ('asked', 'agreed', 'ready')
   AND child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);
