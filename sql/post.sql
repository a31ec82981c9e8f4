-- name: post_create :one
INSERT INTO post (organisation, kind, author, state, title_enc, body_enc,
                  day_on, created_at, changed_at)
VALUES (:organisation, 'album', :author, 'draft', :title_enc, :body_enc,
        :day_on, :created_at, :created_at)
RETURNING id;

-- name: post_by_id :one
SELECT p.id, p.author, p.state, p.title_enc, p.body_enc, p.day_on,
       p.publish_at, p.photos, p.changed_at, a.name_enc AS author_name_enc
  FROM post p
  JOIN account a ON a.id = p.author
 WHERE p.id = :id;

-- name: post_day :one
SELECT day_on FROM post WHERE id = :id;

-- name: post_edit :exec
UPDATE post
   SET title_enc = :title_enc, body_enc = :body_enc, day_on = :day_on,
       changed_at = :changed_at
 WHERE id = :id;

-- name: post_publish :exec
UPDATE post
   SET state = 'published', publish_at = :publish_at, changed_at = :changed_at
 WHERE id = :id;

-- name: post_withdraw :exec
UPDATE post
   SET state = 'withdrawn', changed_at = :changed_at
 WHERE id = :id AND state = 'published';

-- name: post_recount :exec
-- photos is what the families can see, of a post that is published, else what
-- is ready; counted again whenever a medium comes to be so or stops being so.
-- A video is one, and its stills are none.
UPDATE post
   SET photos = (SELECT count(*) FROM medium m
                  WHERE m.post = :id AND m.state = 'ready'
                    AND m.kind <> 'still'
                    AND (m.cleared = 1 OR post.state <> 'published'))
 WHERE id = :id;

-- name: post_drafts :many
SELECT p.id, p.title_enc, p.day_on, p.photos, p.changed_at
  FROM post p
 WHERE p.author = :author AND p.state = 'draft' AND p.paper IS NULL AND p.safe IS NULL
   AND p.brought IS NULL
   AND p.notice = 0
 ORDER BY p.changed_at DESC, p.id DESC
 LIMIT 50;

-- name: post_discard :exec
-- A draft given up; its deleted media still name it, so the row stays.
-- in: now integer
UPDATE post
   SET state = 'withdrawn', publish_at = :now, photos = 0, changed_at = :now
 WHERE id = :id AND state = 'draft';

-- name: feed_card :many
-- What a card shows, one row per audience of the post.
SELECT p.id, p.organisation, p.author, p.state, p.title_enc, p.body_enc,
       p.day_on, p.publish_at, p.photos, p.notice, p.brought,
       n.name_enc AS author_name_enc,
       a.activity_group, a.child, g.name AS group_name
  FROM post p
  JOIN account n ON n.id = p.author
  LEFT JOIN post_audience a ON a.post = p.id
  LEFT JOIN activity_group g ON g.id = a.activity_group
 WHERE p.id = :id;
