-- The facts on which sharing/permit.c decides; nothing else reads these.  What is
-- of a medium, of its post, and of the person stand apart, so that an answer
-- kept for one of them serves all who ask (store/kept.h).

-- name: permit_medium :opt
SELECT m.post, m.state AS medium_state, m.cleared, m.kind, m.video,
       b.name, b.key_wrapped, b.bytes, b.width, b.height, b.type, b.segments
  FROM medium m
  LEFT JOIN blob b ON b.medium = m.id AND b.side = :side
 WHERE m.id = :medium;

-- name: permit_poster :opt
-- The picture of a video: the still that was chosen, or its first one that is
-- ready.
SELECT m.id, b.name, b.key_wrapped, b.bytes, b.width, b.height, b.type,
       b.segments
  FROM medium v
  JOIN medium m ON m.id = coalesce(
         (SELECT c.id FROM medium c
           WHERE c.id = v.poster AND c.state = 'ready'),
         (SELECT s.id FROM medium s
           WHERE s.video = v.id AND s.state = 'ready'
           ORDER BY s.at_ms, s.id
           LIMIT 1))
  LEFT JOIN blob b ON b.medium = m.id AND b.side = :side
 WHERE v.id = :video;

-- name: permit_stills :one
-- out: stills integer
-- out: fine integer
-- out: stopped integer
-- By how many pictures it was looked through, in how many of them every face is
-- boxed (of a video, once nobody is seen between them), and how many are stopped
-- themselves.
SELECT count(*) AS stills,
       count(*) FILTER (WHERE m.state = 'ready' AND m.cleared = 1
         AND NOT EXISTS (SELECT 1 FROM medium v
                          WHERE v.id = m.video AND v.kind = 'video'
                            AND (v.gaps IS NULL OR v.gaps <> 'looked')))
         AS fine,
       count(*) FILTER (WHERE m.state IN ('locked', 'held')) AS stopped
  FROM medium m
 WHERE m.video = :video;

-- name: permit_post :many
-- One row per audience of the post, one without audience for a post that has
-- none, no row for what does not exist.
SELECT p.organisation, p.author, p.state, p.publish_at, p.second_at, p.paper, p.notice,
       p.reported, p.brought, p.safe, s.account AS owner,
       a.activity_group, a.child, k.witness AS paper_witness,
       g.account AS paper_signer
  FROM post p
  LEFT JOIN post_audience a ON a.post = p.id
  LEFT JOIN consent_paper k ON k.id = p.paper
  LEFT JOIN guardian g ON g.id = k.guardian
  LEFT JOIN safe s ON s.id = p.safe
 WHERE p.id = :post;

-- name: permit_safe_cases :many
-- To which an evidence safe is open.
SELECT case_file FROM safe_share
 WHERE safe = :safe AND ended_at IS NULL
 ORDER BY id;

-- name: permit_safe_withdrawn :opt
-- Its family took this picture back.
SELECT w.n
  FROM safe_entry e
  JOIN safe_entry w ON w.safe = e.safe AND w.of_n = e.n AND w.kind = 'withdrawn'
 WHERE e.medium = :medium
 LIMIT 1;

-- name: permit_near :many
-- The children named by a post of whom staff are near: they work with a group
-- in which the child is enrolled today.
-- in: today integer
SELECT a.child
  FROM post_audience a
 WHERE a.post = :post AND a.child IS NOT NULL
   AND EXISTS (SELECT 1
                 FROM enrolment e
                 JOIN staff_group s ON s.activity_group = e.activity_group
                WHERE e.child = a.child AND s.account = :account
                  AND e.from_on <= :today AND e.until_on >= :today);

-- name: permit_page :opt
-- The picture of one page of a document.
SELECT m.id, b.name, b.key_wrapped, b.bytes, b.width, b.height, b.type,
       b.segments
  FROM medium m
  LEFT JOIN blob b ON b.medium = m.id AND b.side = :side
 WHERE m.video = :video AND m.at_ms = :at_ms AND m.state = 'ready';
