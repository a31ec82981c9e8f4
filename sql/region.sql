-- Boxes on photos, and the words about them, see faces/.

-- name: region_of_medium :many
-- out: asked integer
-- In the order of the index: whoever asks for a thumbnail needs no sorter.
SELECT r.id, r.x, r.y, r.w, r.h, r.kind, r.state, r.child, r.drawn_by,
       r.resolved_by, r.resolved_at, c.key_wrapped, c.first_enc, c.erased_at,
       coalesce((SELECT q.id FROM mask_request q
                  WHERE q.region = r.id AND q.outcome IS NULL), 0) AS asked
  FROM region r
  LEFT JOIN child c ON c.id = r.child
 WHERE r.medium = :medium
 ORDER BY r.id;

-- name: region_of_video :many
-- out: asked integer
-- out: veiled integer
-- The boxes of all stills of a video, and whether it was masked in them through
-- the shot, and somebody has looked at that.
SELECT r.medium, r.state, r.child,
       EXISTS (SELECT 1 FROM mask_request q
                WHERE q.region = r.id AND q.outcome IS NULL) AS asked,
       EXISTS (SELECT 1 FROM veil w
                 JOIN veil_box b ON b.video = w.video
                WHERE w.video = m.video AND w.state = 'shown'
                  AND b.still = r.medium AND b.x = r.x AND b.y = r.y
                  AND b.w = r.w AND b.h = r.h) AS veiled
  FROM medium m
  JOIN region r ON r.medium = m.id
 WHERE m.video = :video
 ORDER BY m.at_ms, m.id, r.id;

-- name: region_count :one
-- out: n integer
SELECT count(*) AS n FROM region WHERE medium = :medium;

-- name: region_uncovered :many
-- Boxes of a photo that families may see, which its renditions cannot be
-- covered in yet.
SELECT r.x, r.y, r.w, r.h
  FROM region r
  JOIN medium m ON m.id = r.medium
 WHERE r.medium = :medium AND m.cleared = 1
   AND (r.state <> 'none' OR EXISTS
         (SELECT 1 FROM mask_request q
           WHERE q.region = r.id AND q.outcome IS NULL))
   AND NOT EXISTS (SELECT 1 FROM cover c
                    WHERE c.medium = r.medium AND c.x = r.x AND c.y = r.y
                      AND c.w = r.w AND c.h = r.h);

-- name: region_add :one
INSERT INTO region (medium, x, y, w, h, kind, state, drawn_by, drawn_at)
VALUES (:medium, :x, :y, :w, :h, :kind, 'open', :drawn_by, :drawn_at)
RETURNING id;

-- name: region_place :exec
UPDATE region SET x = :x, y = :y, w = :w, h = :h
 WHERE id = :id AND medium = :medium;

-- name: region_resolve :exec
UPDATE region
   SET state = :state, child = :child, resolved_by = :resolved_by,
       resolved_at = :resolved_at
 WHERE id = :id AND medium = :medium;

-- name: region_remove :exec
DELETE FROM region WHERE id = :id AND medium = :medium;

-- name: region_resolve_open :exec
-- in: open_state text
-- Every box of a photo that nobody has said anything about.
UPDATE region
   SET state = :open_state, resolved_by = :resolved_by,
       resolved_at = :resolved_at
 WHERE medium = :medium AND state = 'open';

-- name: region_mask_post :exec
UPDATE region
   SET state = 'mask', resolved_by = :resolved_by, resolved_at = :resolved_at
 WHERE state = 'open'
   AND medium IN (SELECT m.id FROM medium m
                   WHERE m.post = :post AND m.state = 'ready');

-- name: region_open_count :one
-- out: n integer
SELECT count(*) AS n FROM region WHERE medium = :medium AND state = 'open';

-- name: region_medium :opt
-- A photo that can be worked on, in this organisation.
-- A still is a photo here; a video is its stills.
SELECT m.id, m.post, m.state, m.cleared, m.looked_at, p.state AS post_state,
       p.day_on, m.kind
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.id = :medium AND m.organisation = :organisation
   AND m.state = 'ready' AND m.kind NOT IN ('video', 'document');

-- name: region_forget :exec
-- With the picture.
DELETE FROM region WHERE medium = :medium;

-- name: region_forget_words :exec
DELETE FROM face_word WHERE medium = :medium;

-- name: region_forget_own_word :exec
DELETE FROM face_word WHERE medium = :medium AND account = :account;

-- name: region_forget_requests :exec
DELETE FROM mask_request WHERE medium = :medium;

-- name: region_forget_child :exec
-- in: now integer
-- in: erasure_token blob
-- An erased child's box stays, masked, and names nobody.
UPDATE region
   SET state = 'mask', child = NULL, resolved_at = :now
 WHERE child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);

-- name: region_forget_deleted :exec
DELETE FROM region
 WHERE medium IN (SELECT id FROM medium WHERE state = 'deleted');

-- name: region_forget_deleted_words :exec
DELETE FROM face_word
 WHERE medium IN (SELECT id FROM medium WHERE state = 'deleted');

-- name: region_clear :exec
UPDATE medium SET cleared = :cleared WHERE id = :id;

-- name: region_looked :exec
UPDATE medium SET looked_at = :looked_at
 WHERE id = :id AND state IN ('ready', 'held');

-- name: region_to_look :opt
-- The rendition in which faces are looked for.
SELECT m.id, m.organisation, m.post, b.name, b.key_wrapped
  FROM medium m
  JOIN blob b ON b.medium = m.id AND b.side = 2048
 WHERE m.id = :medium AND m.state IN ('ready', 'held') AND m.looked_at IS NULL
   AND b.key_wrapped IS NOT NULL;

-- name: face_word_say :exec
INSERT INTO face_word (medium, account, said_at)
VALUES (:medium, :account, :said_at)
ON CONFLICT (medium, account) DO UPDATE SET said_at = excluded.said_at;

-- name: face_word_of_medium :many
SELECT account, said_at FROM face_word WHERE medium = :medium
 ORDER BY said_at, account;

-- name: region_of_post :many
-- out: boxes integer
-- out: open integer
-- out: words integer
-- out: own integer
-- out: asked integer
-- out: document integer
-- Each photo of an album, in its order, and what is still to do; of a video
-- its stills, in the order of time, of a document its pages.
SELECT m.id, m.cleared, m.looked_at, m.video, m.at_ms,
       EXISTS (SELECT 1 FROM medium d
                WHERE d.id = m.video AND d.kind = 'document') AS document,
       (SELECT count(*) FROM region r
         WHERE r.medium = m.id AND r.state <> 'none') AS boxes,
       (SELECT count(*) FROM region r
         WHERE r.medium = m.id AND r.state = 'open') AS open,
       (SELECT count(*) FROM face_word w WHERE w.medium = m.id) AS words,
       (SELECT count(*) FROM face_word w
         WHERE w.medium = m.id AND w.account = :account) AS own,
       (SELECT count(*) FROM mask_request q
         WHERE q.medium = m.id AND q.outcome IS NULL) AS asked
  FROM medium m
 WHERE m.post = :post AND m.state = 'ready' AND m.kind NOT IN ('video', 'document')
 ORDER BY m.position, coalesce(m.video, m.id), m.at_ms, m.id;

-- name: region_of_shown :many
-- out: asked integer
-- out: drawn integer
-- The boxes of an album's photos, and of the pages of its documents, that
-- families may see, one by one; what videos have is of
-- region_of_shown_videos.
SELECT r.medium, r.state, r.child, coalesce(c.drawn, 0) AS drawn,
       EXISTS (SELECT 1 FROM mask_request q
                WHERE q.region = r.id AND q.outcome IS NULL) AS asked
  FROM medium m
  JOIN region r ON r.medium = m.id
  LEFT JOIN cover c ON c.medium = r.medium AND c.x = r.x AND c.y = r.y
                   AND c.w = r.w AND c.h = r.h
 WHERE m.post = :post AND m.state = 'ready' AND m.cleared = 1
   AND (m.kind = 'photo'
        OR m.video IN (SELECT d.id FROM medium d
                        WHERE d.post = :post AND d.kind = 'document'))
 ORDER BY m.position, m.id;

-- name: region_of_shown_videos :many
-- out: asked integer
-- out: veiled integer
-- in: least integer
-- The same of all stills of each video, and a row without a box for each still
-- that has none; least 0: also of what is not cleared.
SELECT v.id AS video, r.state, r.child,
       EXISTS (SELECT 1 FROM mask_request q
                WHERE q.region = r.id AND q.outcome IS NULL) AS asked,
       EXISTS (SELECT 1 FROM veil w
                 JOIN veil_box b ON b.video = w.video
                WHERE w.video = m.video AND w.state = 'shown'
                  AND b.still = r.medium AND b.x = r.x AND b.y = r.y
                  AND b.w = r.w AND b.h = r.h) AS veiled
  FROM medium v
  LEFT JOIN medium m ON m.video = v.id
  LEFT JOIN region r ON r.medium = m.id
 WHERE v.post = :post AND v.state = 'ready' AND v.cleared >= :least
   AND v.kind = 'video'
 ORDER BY v.position, v.id;

-- name: region_children_of_post :many
-- Who is boxed on the photos of an album, or on the stills of its videos, each
-- once.
SELECT c.id, c.key_wrapped, c.first_enc, c.last_enc
  FROM child c
 WHERE c.id IN (SELECT r.child
                  FROM medium m
                  JOIN region r ON r.medium = m.id
                 WHERE m.post = :post AND m.state = 'ready'
                   AND m.kind = :kind AND r.child IS NOT NULL)
 ORDER BY c.id;

-- name: region_roster :many
-- in: director integer
-- The children of an album's day: of its groups, of the groups of the children
-- it is for, or, when it is for nobody yet, of this person's groups.
SELECT DISTINCT c.id, c.key_wrapped, c.first_enc, c.last_enc
  FROM post p
 CROSS JOIN activity_group g
 CROSS JOIN enrolment e
  JOIN child c ON c.id = e.child
 WHERE p.id = :post AND g.organisation = p.organisation
   AND e.activity_group = g.id
   AND e.from_on <= p.day_on AND e.until_on >= p.day_on
   AND c.erased_at IS NULL
   AND (g.id IN
          (SELECT a.activity_group FROM post_audience a
            WHERE a.post = p.id AND a.activity_group IS NOT NULL)
        OR g.id IN
          (SELECT n.activity_group
             FROM post_audience a
             JOIN enrolment n ON n.child = a.child
            WHERE a.post = p.id
              AND n.from_on <= p.day_on AND n.until_on >= p.day_on)
        OR (NOT EXISTS (SELECT 1 FROM post_audience a WHERE a.post = p.id)
            AND (:director = 1 OR g.id IN
                  (SELECT s.activity_group FROM staff_group s
                    WHERE s.account = :account))))
 ORDER BY c.id;

-- name: region_roster_group :many
-- in: day integer
-- in: director integer
-- The children of one group of this person's on a day.
SELECT DISTINCT c.id, c.key_wrapped, c.first_enc, c.last_enc, g.name
  FROM activity_group g
  JOIN enrolment e ON e.activity_group = g.id
                  AND e.from_on <= :day AND e.until_on >= :day
  JOIN child c ON c.id = e.child
 WHERE g.id = :activity_group AND g.organisation = :organisation
   AND c.erased_at IS NULL
   AND (:director = 1 OR EXISTS
         (SELECT 1 FROM staff_group s
           WHERE s.activity_group = g.id AND s.account = :account))
 ORDER BY c.id;

-- name: region_child_of_day :opt
-- in: day integer
SELECT c.id
  FROM child c
 WHERE c.id = :child AND c.organisation = :organisation
   AND c.erased_at IS NULL
   AND EXISTS (SELECT 1 FROM enrolment e
                WHERE e.child = c.id
                  AND e.from_on <= :day AND e.until_on >= :day);

-- name: region_last_child :opt
-- Whom this person named last in this album: the likeliest next.
SELECT r.child
  FROM medium m
  JOIN region r ON r.medium = m.id
 WHERE m.post = :post AND r.resolved_by = :account AND r.child IS NOT NULL
 ORDER BY r.resolved_at DESC, r.id DESC
 LIMIT 1;

-- name: mask_ask :one
INSERT INTO mask_request (region, medium, asked_by, asked_at)
VALUES (:region, :medium, :asked_by, :asked_at)
RETURNING id;

-- name: mask_asked_open :one
-- out: n integer
-- What this account has asked of this photo and nobody has decided.
SELECT count(*) AS n FROM mask_request
 WHERE medium = :medium AND asked_by = :account AND outcome IS NULL;

-- name: mask_decide :exec
UPDATE mask_request
   SET decided_by = :decided_by, decided_at = :decided_at, outcome = :outcome
 WHERE region = :region AND medium = :medium AND outcome IS NULL;

-- name: region_waiting :many
-- in: director integer
-- out: photos integer
-- out: asked integer
-- Published albums in which something waits for the team: photos that nobody
-- has said the word about, and masks that were asked for.
SELECT p.id, p.title_enc, p.day_on,
       (SELECT count(*) FROM medium m
         WHERE m.post = p.id AND m.state = 'ready' AND m.kind NOT IN ('video', 'document')
           AND (m.cleared = 0 OR EXISTS
                 (SELECT 1 FROM region r
                   WHERE r.medium = m.id AND r.state = 'open'))) AS photos,
       (SELECT count(*) FROM mask_request q
          JOIN medium m ON m.id = q.medium
         WHERE m.post = p.id AND q.outcome IS NULL) AS asked
  FROM post p
 WHERE p.organisation = :organisation AND p.state = 'published'
   AND (:director = 1 OR p.author = :account OR EXISTS
         (SELECT 1 FROM post_audience a
            JOIN staff_group s ON s.activity_group = a.activity_group
           WHERE a.post = p.id AND s.account = :account))
   AND (EXISTS (SELECT 1 FROM medium m
                 WHERE m.post = p.id AND m.state = 'ready'
                   AND m.kind NOT IN ('video', 'document')
                   AND (m.cleared = 0 OR EXISTS
                         (SELECT 1 FROM region r
                           WHERE r.medium = m.id AND r.state = 'open')))
        OR p.id IN (SELECT m.post FROM mask_request q
                      JOIN medium m ON m.id = q.medium
                     WHERE q.outcome IS NULL))
 ORDER BY p.day_on DESC, p.id DESC
 LIMIT 20;

-- name: region_gate :one
-- in: second integer
-- out: unsaid integer
-- out: open integer
-- out: unseconded integer
-- out: unlooked integer
-- out: unfound integer
-- What keeps an album from being published.  unlooked: videos and documents of
-- which a picture is still to be prepared, or that have none, and videos that
-- nobody has looked through between them; unfound: those in which somebody is
-- seen who could not be put into a picture.
SELECT count(*) FILTER (WHERE NOT EXISTS
         (SELECT 1 FROM face_word w WHERE w.medium = m.id)) AS unsaid,
       count(*) FILTER (WHERE EXISTS
         (SELECT 1 FROM region r
           WHERE r.medium = m.id AND r.state = 'open')) AS open,
       count(*) FILTER (WHERE :second = 1 AND
         (SELECT count(*) FROM face_word w WHERE w.medium = m.id) = 1)
         AS unseconded,
       (SELECT count(*) FROM medium v
         WHERE v.post = :post AND v.state = 'ready'
           AND v.kind IN ('video', 'document')
           AND ((v.kind = 'video' AND v.gaps IS NULL)
                OR EXISTS (SELECT 1 FROM medium s
                            WHERE s.video = v.id AND s.state <> 'ready')
                OR NOT EXISTS (SELECT 1 FROM medium s
                                WHERE s.video = v.id))) AS unlooked,
       (SELECT count(*) FROM medium v
         WHERE v.post = :post AND v.state = 'ready' AND v.kind = 'video'
           AND v.gaps = 'left') AS unfound
  FROM medium m
 WHERE m.post = :post AND m.state = 'ready' AND m.kind NOT IN ('video', 'document');

-- name: region_uncleared :many
-- What was looked at by as many as had to, and then fewer had to.
SELECT m.id FROM medium m
 WHERE m.post = :post AND m.state = 'ready' AND m.cleared = 0
   AND m.kind NOT IN ('video', 'document');

-- name: region_ask_second :exec
UPDATE post SET second_at = :second_at
 WHERE id = :post AND state = 'draft' AND second_at IS NULL;

-- name: region_seconds :many
-- in: director integer
-- in: today integer
-- out: photos integer
-- Drafts that wait for a second person: those that this one may be asked
-- about, and how many of the photos this one has not looked at and somebody
-- has to.
SELECT p.id, p.title_enc, p.day_on, p.author,
       (SELECT count(*) FROM medium m
         WHERE m.post = p.id AND m.state = 'ready' AND m.kind NOT IN ('video', 'document')
           AND (SELECT count(*) FROM face_word w WHERE w.medium = m.id) < 2
           AND NOT EXISTS (SELECT 1 FROM face_word w
                            WHERE w.medium = m.id AND w.account = :account))
         AS photos
  FROM post p
 WHERE p.organisation = :organisation AND p.state = 'draft'
   AND p.second_at IS NOT NULL AND p.photos > 0
   AND (:director = 1 OR p.author = :account
        OR EXISTS (SELECT 1 FROM post_audience a
                     JOIN staff_group s ON s.activity_group = a.activity_group
                    WHERE a.post = p.id AND s.account = :account)
        OR EXISTS (SELECT 1 FROM post_audience a
                     JOIN enrolment n ON n.child = a.child
                     JOIN staff_group s ON s.activity_group = n.activity_group
                    WHERE a.post = p.id AND s.account = :account
                      AND n.from_on <= :today AND n.until_on >= :today))
 ORDER BY p.second_at, p.id
 LIMIT 20;

-- name: region_lookers :many
-- Staff who have not said the word about some photo of an album that one
-- person has looked at.
SELECT a.id, a.name_enc
  FROM account a
 WHERE a.organisation = :organisation AND a.kind = 'staff'
   AND a.state = 'active'
   AND EXISTS
     (SELECT 1 FROM medium m
       WHERE m.post = :post AND m.state = 'ready' AND m.kind NOT IN ('video', 'document')
         AND (SELECT count(*) FROM face_word w WHERE w.medium = m.id) = 1
         AND NOT EXISTS (SELECT 1 FROM face_word w
                          WHERE w.medium = m.id AND w.account = a.id))
 ORDER BY a.id;

-- name: region_unclear_draft :exec
UPDATE medium SET cleared = 0
 WHERE id = :medium AND post IN (SELECT p.id FROM post p
                                  WHERE p.state <> 'published');

-- name: region_forget_words_of_draft :exec
DELETE FROM face_word
 WHERE medium IN (SELECT m.id FROM medium m
                    JOIN post p ON p.id = m.post
                   WHERE m.id = :medium AND p.state <> 'published');

-- name: region_dismiss_found :exec
UPDATE region
   SET state = 'none', resolved_by = :resolved_by, resolved_at = :resolved_at
 WHERE medium = :medium AND kind = 'found' AND state = 'open';
