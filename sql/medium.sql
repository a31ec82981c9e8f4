-- name: medium_receive :one
INSERT INTO medium (organisation, post, uploader, state, position, name_enc,
                    created_at, upload_seen_at, upload_bytes, upload_words_enc)
VALUES (:organisation, :post, :uploader, 'receiving',
        (SELECT coalesce(max(position), 0) + 1 FROM medium WHERE post = :post),
        :name_enc, :created_at, :created_at, :upload_bytes, :upload_words_enc)
RETURNING id;

-- name: medium_receiving :opt
-- A file that this person is sending to this post.
SELECT m.id, b.id AS blob, b.name
  FROM medium m
  JOIN blob b ON b.medium = m.id AND b.side = 0
 WHERE m.id = :id AND m.post = :post AND m.uploader = :uploader
   AND m.state = 'receiving';

-- name: medium_pieces :opt
-- What this person sends, or has sent, to this post in pieces.
SELECT m.id, m.state, m.upload_bytes, m.upload_seen_at, m.upload_floor,
       m.upload_words_enc, b.name, b.key_wrapped
  FROM medium m
  JOIN blob b ON b.medium = m.id AND b.side = 0
 WHERE m.id = :id AND m.post = :post AND m.uploader = :uploader
   AND m.upload_bytes IS NOT NULL AND m.state <> 'deleted';

-- name: medium_pieces_go :exec
-- The next piece may come.
UPDATE medium
   SET upload_seen_at = :upload_seen_at, upload_floor = :upload_floor
 WHERE id = :id AND state = 'receiving';

-- name: medium_pieces_kept :exec
UPDATE medium SET upload_floor = NULL WHERE id = :id AND state = 'receiving';

-- name: medium_queue :exec
UPDATE medium
   SET state = 'queued', bytes_digest = :bytes_digest, upload_floor = NULL,
       upload_words_enc = NULL
 WHERE id = :id AND state = 'receiving';

-- name: medium_same :opt
-- The same bytes already in this post.
SELECT id
  FROM medium
 WHERE post = :post AND bytes_digest = :bytes_digest
   AND state IN ('queued', 'ready', 'held') AND id <> :id
 LIMIT 1;

-- name: medium_forget :exec
-- A file that never became a photo leaves nothing; its blob rows went before.
DELETE FROM medium WHERE id = :id AND state IN ('receiving', 'refused');

-- name: medium_count :one
-- out: n integer
SELECT count(*) AS n FROM medium
 WHERE post = :post AND kind <> 'still'
   AND state IN ('receiving', 'queued', 'ready', 'locked', 'held');

-- name: medium_progress :one
-- in: since integer
-- What waits for its sender to come back is not under way.
-- out: receiving integer
-- out: queued integer
-- out: ready integer
-- out: refused integer
-- out: stopped integer
-- out: held integer
-- out: percent integer
-- percent: of all videos that are being prepared; stills are of their videos.
SELECT count(*) FILTER (WHERE state = 'receiving' AND upload_seen_at > :since)
         AS receiving,
       count(*) FILTER (WHERE state = 'queued') AS queued,
       count(*) FILTER (WHERE state = 'ready') AS ready,
       count(*) FILTER (WHERE state = 'refused') AS refused,
       count(*) FILTER (WHERE state = 'locked') AS stopped,
       count(*) FILTER (WHERE state = 'held' AND reported = 0) AS held,
       coalesce(sum(progress) FILTER (WHERE state = 'queued'), 0) AS percent
  FROM medium
 WHERE post = :post AND kind <> 'still';

-- name: medium_of_post :many
-- For those who arrange an album: everything that is not deleted.
SELECT id, state, reason, position, caption_enc, name_enc, width, height,
       taken_at, upload_seen_at, kind, duration_ms, progress
  FROM medium
 WHERE post = :post AND state <> 'deleted' AND kind <> 'still'
 ORDER BY position, id;

-- name: medium_ready_of_post :many
-- in: least integer
SELECT id, caption_enc, width, height, taken_at, kind, duration_ms
  FROM medium
 WHERE post = :post AND state = 'ready' AND cleared >= :least
   AND kind <> 'still'
 ORDER BY position, id;

-- name: medium_ready_ids :many
-- in: least integer
-- Only what the index holds: the order of an album, for next and previous.
SELECT id, kind
  FROM medium
 WHERE post = :post AND state = 'ready' AND cleared >= :least
   AND kind <> 'still'
 ORDER BY position, id;

-- name: medium_first_five :many
-- in: least integer
-- in: most integer
-- The pictures of a card of the feed, from the index alone.
SELECT id, kind
  FROM medium
 WHERE post = :post AND state = 'ready' AND cleared >= :least
   AND kind <> 'still'
 ORDER BY position, id
 LIMIT :most;

-- name: medium_documents_count :one
-- in: least integer
-- out: n integer
SELECT count(*) AS n
  FROM medium
 WHERE post = :post AND state = 'ready' AND cleared >= :least
   AND kind = 'document';

-- name: medium_for_page :one
SELECT id, post, caption_enc, taken_at, width, height, kind, video,
       duration_ms
  FROM medium
 WHERE id = :id;

-- name: medium_caption :exec
UPDATE medium SET caption_enc = :caption_enc
 WHERE id = :id AND post = :post AND state NOT IN ('locked', 'held', 'deleted');

-- name: medium_place :exec
-- A video takes its stills along.
UPDATE medium SET position = :position WHERE id = :id OR video = :id;

-- name: medium_ready :exec
-- Held, while a person decides about something else that its uploader sent.
UPDATE medium
   SET state = CASE WHEN EXISTS (
                      SELECT 1 FROM stop_hold h
                       WHERE h.post = medium.post
                         AND h.uploader = medium.uploader
                         AND h.lifted_at IS NULL)
                    THEN 'held' ELSE 'ready' END,
       width = :width, height = :height,
       taken_at = coalesce(:taken_at, taken_at), reason = NULL
 WHERE id = :id AND state = 'queued';

-- name: medium_refuse :exec
UPDATE medium SET state = 'refused', reason = :reason, progress = NULL
 WHERE id = :id AND state = 'queued';

-- name: medium_to_take :opt
-- What the intake needs of one queued file.
SELECT m.id, m.organisation, m.post, b.id AS blob, b.name, b.key_wrapped,
       p.paper, p.brought, p.safe
  FROM medium m
  JOIN post p ON p.id = m.post
  JOIN blob b ON b.medium = m.id AND b.side = 0
 WHERE m.id = :id AND m.state = 'queued';

-- name: medium_stale :many
-- in: before integer
-- in: before_pieces integer
-- in: most integer
SELECT m.id, m.organisation, m.post, b.name
  FROM medium m
  LEFT JOIN blob b ON b.medium = m.id
 WHERE m.state = 'receiving' AND m.organisation = :organisation
   AND m.upload_seen_at < CASE WHEN m.upload_bytes IS NULL THEN :before
                               ELSE :before_pieces END
 LIMIT :most;

-- name: medium_is_video :exec
-- By its bytes, before it is decoded.
UPDATE medium SET kind = 'video', progress = NULL
 WHERE id = :id AND state = 'queued';

-- name: medium_is_document :exec
-- By its bytes, before it is read.
UPDATE medium SET kind = 'document', progress = NULL
 WHERE id = :id AND state = 'queued';

-- name: medium_video_progress :exec
UPDATE medium SET progress = :progress
 WHERE id = :id AND state = 'queued' AND kind IN ('video', 'document');

-- name: medium_video_ready :exec
UPDATE medium SET duration_ms = :duration_ms, sound = :sound, progress = NULL
 WHERE id = :id AND kind = 'video';

-- name: medium_still :one
-- in: now integer
-- A frame of a video, or a page of a document, to be taken in as a photo.  Of
-- what a family brought nobody is looked for: who was hidden there is covered.
INSERT INTO medium (organisation, post, uploader, state, position, kind, video,
                    at_ms, taken_at, created_at, cleared)
SELECT v.organisation, v.post, v.uploader, 'queued', v.position, 'still', v.id,
       :at_ms, v.taken_at, :now, CASE WHEN p.brought IS NULL THEN 0 ELSE 1 END
  FROM medium v
  JOIN post p ON p.id = v.post
 WHERE v.id = :video AND v.kind IN ('video', 'document')
RETURNING id;

-- name: medium_stills :many
-- Of a video, in its order; the first one is its poster.
SELECT id, state, cleared, at_ms, width, height
  FROM medium
 WHERE video = :video
 ORDER BY at_ms, id;

-- name: medium_poster :opt
-- The still that was chosen to stand for a video.
SELECT poster FROM medium WHERE id = :video;

-- name: medium_videos :many
-- The videos of a post, from the index alone.
SELECT id
  FROM medium
 WHERE post = :post AND state = 'ready' AND kind = 'video'
 ORDER BY position, id;

-- name: medium_video_cleared :exec
-- in: still integer
-- A video is cleared when each of its stills is, and nobody is seen between
-- them who is in none.
UPDATE medium
   SET cleared = CASE WHEN (kind <> 'video' OR gaps = 'looked')
                       AND EXISTS (SELECT 1 FROM medium s
                                    WHERE s.video = medium.id)
                       AND NOT EXISTS (SELECT 1 FROM medium s
                                        WHERE s.video = medium.id
                                          AND (s.state <> 'ready'
                                               OR s.cleared = 0))
                      THEN 1 ELSE 0 END
 WHERE id = (SELECT t.video FROM medium t WHERE t.id = :still);

-- name: medium_heights :many
-- The renditions of a video, the smallest first.
SELECT side, width, height, bytes
  FROM blob
 WHERE medium = :medium AND side IN (240, 480, 720)
   AND key_wrapped IS NOT NULL
 ORDER BY side;
