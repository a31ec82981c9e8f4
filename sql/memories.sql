-- The pictures that a child is in, for its family to take home; who may have
-- which of them sharing/permit.c says.

-- name: memories_of_child :many
-- in: from_at integer
-- in: until_at integer
-- in: from_on integer
-- in: until_on integer
-- Taken on these days; what has no hour stands on its album's.
SELECT m.id, m.caption_enc, m.taken_at, m.width, m.height,
       p.title_enc, p.day_on
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.id IN (SELECT r.medium FROM region r
                 WHERE r.child = :child AND r.state = 'child')
   AND m.state = 'ready' AND m.cleared = 1 AND m.kind = 'photo'
   AND p.state = 'published'
   AND ((m.taken_at >= :from_at AND m.taken_at < :until_at)
        OR (m.taken_at IS NULL
            AND p.day_on >= :from_on AND p.day_on <= :until_on))
 ORDER BY m.id;

-- name: memories_ends :one
-- Between which days and hours a child's pictures are; NULL: there is none.
-- out: first_on integer
-- out: last_on integer
-- out: first_at integer
-- out: last_at integer
SELECT min(p.day_on) AS first_on, max(p.day_on) AS last_on,
       min(m.taken_at) AS first_at, max(m.taken_at) AS last_at
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.id IN (SELECT r.medium FROM region r
                 WHERE r.child = :child AND r.state = 'child')
   AND m.state = 'ready' AND m.cleared = 1 AND m.kind = 'photo'
   AND p.state = 'published';

-- name: memories_videos :many
-- in: from_at integer
-- in: until_at integer
-- in: from_on integer
-- in: until_on integer
-- The videos in which a child was seen on some still, likewise.
SELECT v.id, v.caption_enc, v.taken_at, p.title_enc, p.day_on
  FROM medium v
  JOIN post p ON p.id = v.post
 WHERE v.id IN (SELECT m.video FROM region r
                  JOIN medium m ON m.id = r.medium
                 WHERE r.child = :child AND r.state = 'child')
   AND v.kind = 'video' AND v.state = 'ready' AND v.cleared = 1
   AND p.state = 'published'
   AND ((v.taken_at >= :from_at AND v.taken_at < :until_at)
        OR (v.taken_at IS NULL
            AND p.day_on >= :from_on AND p.day_on <= :until_on))
 ORDER BY v.id;

-- name: memories_documents :many
-- in: today integer
-- in: from_on integer
-- in: until_on integer
-- The documents of the posts that are for a child or for its group of today.
SELECT m.id, m.caption_enc, p.title_enc, p.day_on
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.post IN (SELECT a.post FROM post_audience a
                   WHERE a.child = :child
                   UNION ALL
                  SELECT g.post FROM enrolment e
                    JOIN post_audience g
                      ON g.activity_group = e.activity_group
                   WHERE e.child = :child AND e.from_on <= :today
                     AND e.until_on >= :today)
   AND m.kind = 'document' AND m.state = 'ready' AND m.cleared = 1
   AND p.state = 'published' AND p.paper IS NULL
   AND p.day_on >= :from_on AND p.day_on <= :until_on
 ORDER BY p.day_on, m.id;

-- name: memories_one :opt
SELECT m.caption_enc, m.taken_at
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.id = :medium AND m.state = 'ready' AND m.cleared = 1
   AND m.kind = 'photo' AND p.state = 'published'
   AND EXISTS (SELECT 1 FROM region r
                WHERE r.medium = m.id AND r.child = :child
                  AND r.state = 'child');

-- name: memories_seasons :many
-- in: today integer
-- Seasons that are over, with a published photo of the child on their days.
SELECT s.id, s.name, s.until_on, s.untold
  FROM season s
 WHERE s.organisation = :organisation AND s.until_on < :today
   AND EXISTS (SELECT 1 FROM region r
                 JOIN medium m ON m.id = r.medium
                 JOIN post p ON p.id = m.post
                WHERE r.child = :child AND r.state = 'child'
                  AND m.state = 'ready' AND m.cleared = 1
                  AND m.kind = 'photo' AND p.state = 'published'
                  AND p.day_on >= s.from_on AND p.day_on <= s.until_on)
 ORDER BY s.from_on, s.id;

-- name: farewell_of :many
SELECT season, part, told_at FROM farewell_told WHERE account = :account;

-- name: farewell_add :exec
INSERT INTO farewell_told (account, season, part, told_at)
VALUES (:account, :season, :part, :told_at)
ON CONFLICT (account, season, part) DO NOTHING;

-- name: farewell_drop :exec
DELETE FROM farewell_told
 WHERE account = :account AND season = :season AND told_at = :told_at;

-- name: farewell_shift :exec
-- A second telling without a first is the first.
UPDATE farewell_told SET part = 'first'
 WHERE account = :account AND season = :season AND part = 'last'
   AND NOT EXISTS (SELECT 1 FROM farewell_told f
                    WHERE f.account = farewell_told.account
                      AND f.season = farewell_told.season
                      AND f.part = 'first');
