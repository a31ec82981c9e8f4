-- name: audience_by_post :many
SELECT a.activity_group, a.child, g.name AS group_name, c.key_wrapped,
       c.first_enc
  FROM post_audience a
  LEFT JOIN activity_group g ON g.id = a.activity_group
  LEFT JOIN child c ON c.id = a.child
 WHERE a.post = :post
 ORDER BY a.id;

-- name: audience_ids :many
SELECT activity_group, child FROM post_audience WHERE post = :post ORDER BY id;

-- name: audience_add :exec
INSERT INTO post_audience (post, activity_group, child, day_on)
VALUES (:post, :activity_group, :child, :day_on);

-- name: audience_clear :exec
DELETE FROM post_audience WHERE post = :post;

-- name: audience_move :exec
-- The day of a post stands here too, for the feed's index.
UPDATE post_audience SET day_on = :day_on WHERE post = :post;

-- name: feed_by_group :many
-- What a group was given, from before the day and post named, newest first.
-- in: now integer
-- in: most integer
SELECT a.post, a.day_on
  FROM post_audience a
  JOIN post p ON p.id = a.post
 WHERE a.activity_group = :activity_group
   AND (a.day_on, a.post) < (:day_on, :post)
   AND p.state = 'published' AND p.publish_at <= :now AND p.notice = 0
 ORDER BY a.day_on DESC, a.post DESC
 LIMIT :most;

-- name: feed_by_child :many
-- in: now integer
-- in: most integer
SELECT a.post, a.day_on
  FROM post_audience a
  JOIN post p ON p.id = a.post
 WHERE a.child = :child
   AND (a.day_on, a.post) < (:day_on, :post)
   AND p.state = 'published' AND p.publish_at <= :now AND p.notice = 0
 ORDER BY a.day_on DESC, a.post DESC
 LIMIT :most;

-- name: feed_by_group_all :many
-- For staff: also what is to come and what was withdrawn.
-- in: most integer
SELECT a.post, a.day_on
  FROM post_audience a
  JOIN post p ON p.id = a.post
 WHERE a.activity_group = :activity_group
   AND (a.day_on, a.post) < (:day_on, :post)
   AND (p.state = 'published' OR (p.state = 'withdrawn' AND p.photos > 0))
   AND p.notice = 0
 ORDER BY a.day_on DESC, a.post DESC
 LIMIT :most;

-- name: feed_by_author :many
-- An author's own posts, one state at a time: that is what the index is for.
-- in: post_state text
-- in: most integer
SELECT p.id AS post, p.day_on
  FROM post p
 WHERE p.author = :author AND p.state = :post_state AND p.notice = 0
   AND (p.day_on, p.id) < (:day_on, :post)
 ORDER BY p.day_on DESC, p.id DESC
 LIMIT :most;

-- name: feed_by_organisation :many
-- For the director, likewise.
-- in: post_state text
-- in: most integer
SELECT p.id AS post, p.day_on
  FROM post p
 WHERE p.organisation = :organisation AND p.state = :post_state
   AND p.notice = 0
   AND (p.day_on, p.id) < (:day_on, :post)
 ORDER BY p.day_on DESC, p.id DESC
 LIMIT :most;

-- name: audience_choices :many
-- The groups that a staff member may publish to today; a director: all open.
-- children: enrolled today.
-- in: today integer
-- in: director integer
-- out: children integer
SELECT g.id, g.name,
       (SELECT count(DISTINCT e.child) FROM enrolment e
         WHERE e.activity_group = g.id
           AND e.from_on <= :today AND e.until_on >= :today) AS children
  FROM activity_group g
  JOIN season s ON s.id = g.season
 WHERE g.organisation = :organisation AND g.closed_at IS NULL
   AND s.from_on <= :today AND s.until_on >= :today
   AND (:director = 1 OR g.id IN
        (SELECT activity_group FROM staff_group WHERE account = :account))
 ORDER BY g.name, g.id;

-- name: audience_families :many
-- The children of those groups, enrolled today.
-- in: today integer
-- in: director integer
SELECT c.id, c.key_wrapped, c.first_enc, c.last_enc, e.activity_group
  FROM enrolment e
  JOIN activity_group g ON g.id = e.activity_group
  JOIN season s ON s.id = g.season
  JOIN child c ON c.id = e.child
 WHERE g.organisation = :organisation AND g.closed_at IS NULL
   AND s.from_on <= :today AND s.until_on >= :today
   AND e.from_on <= :today AND e.until_on >= :today
   AND c.erased_at IS NULL
   AND (:director = 1 OR g.id IN
        (SELECT activity_group FROM staff_group WHERE account = :account))
 ORDER BY g.name, g.id, c.id;
