-- The facts on which sharing/permit.c decides; nothing else reads these.
-- One row per audience of the post, one row without audience for a post that
-- has none, no row for what does not exist.  near: the person works with a
-- group in which the child of this audience is enrolled today.

-- name: permit_medium :many
-- in: today integer
-- out: near integer
SELECT p.id AS post, p.organisation, p.author, p.state AS post_state,
       p.publish_at, p.day_on, m.state AS medium_state,
       a.activity_group, a.child,
       EXISTS (SELECT 1
                 FROM enrolment e
                 JOIN staff_group s ON s.activity_group = e.activity_group
                WHERE e.child = a.child AND s.account = :account
                  AND e.from_on <= :today AND e.until_on >= :today) AS near,
       b.name, b.key_wrapped, b.bytes, b.width, b.height, b.type
  FROM medium m
  JOIN post p ON p.id = m.post
  LEFT JOIN post_audience a ON a.post = p.id
  LEFT JOIN blob b ON b.medium = m.id AND b.side = :side
 WHERE m.id = :medium;

-- name: permit_post :many
-- in: today integer
-- out: near integer
SELECT p.id AS post, p.organisation, p.author, p.state AS post_state,
       p.publish_at, p.day_on, a.activity_group, a.child,
       EXISTS (SELECT 1
                 FROM enrolment e
                 JOIN staff_group s ON s.activity_group = e.activity_group
                WHERE e.child = a.child AND s.account = :account
                  AND e.from_on <= :today AND e.until_on >= :today) AS near
  FROM post p
  LEFT JOIN post_audience a ON a.post = p.id
 WHERE p.id = :post;
