-- The days of a centre, see life/item.h.

-- name: item_create :exec
INSERT INTO item (post, organisation, kind, from_on, until_on, from_min,
                  until_min, weekly_until, last_on, closed, many, each_adult,
                  shown, album, changes, changed_at, fr_enc, en_enc)
VALUES (:post, :organisation, :kind, :from_on, :until_on, :from_min,
        :until_min, :weekly_until, :last_on, :closed, :many, :each_adult,
        :shown, :album, 0, :changed_at, :fr_enc, :en_enc);

-- name: item_set :exec
-- in: step integer
UPDATE item
   SET from_on = :from_on, until_on = :until_on, from_min = :from_min,
       until_min = :until_min, weekly_until = :weekly_until,
       last_on = :last_on, closed = :closed, many = :many,
       each_adult = :each_adult, shown = :shown, album = :album,
       changes = changes + :step, changed_at = :changed_at, fr_enc = :fr_enc,
       en_enc = :en_enc
 WHERE post = :post;

-- name: item_touch :exec
UPDATE item SET changes = changes + 1, changed_at = :changed_at
 WHERE post = :post;

-- name: item_about :exec
-- Said about one child alone: sealed under that child's key.
UPDATE item SET child = :child, fr_enc = :fr_enc, en_enc = :en_enc
 WHERE post = :post;

-- name: item_by_post :opt
SELECT i.kind, i.from_on, i.until_on, i.from_min, i.until_min, i.weekly_until,
       i.last_on, i.closed, i.many, i.each_adult, i.shown, i.album, i.child,
       i.changes, i.changed_at, i.fr_enc, i.en_enc, p.state, p.publish_at,
       p.author, a.name_enc AS author_name_enc, c.key_wrapped
  FROM item i
  JOIN post p ON p.id = i.post
  JOIN account a ON a.id = p.author
  LEFT JOIN child c ON c.id = i.child
 WHERE i.post = :post;

-- name: item_between :many
-- in: from_day integer
-- in: until_day integer
-- in: most integer
-- What falls into those days; whose it is is decided one by one.
SELECT i.post, p.publish_at
  FROM item i
  JOIN post p ON p.id = i.post
 WHERE i.organisation = :organisation AND i.kind = :kind
   AND i.last_on >= :from_day AND i.from_on <= :until_day
 ORDER BY i.last_on, i.post
 LIMIT :most;

-- name: item_list :many
-- in: before integer
-- in: most integer
-- The newest first; likewise.
SELECT i.post
  FROM item i
 WHERE i.organisation = :organisation AND i.kind = :kind AND i.post < :before
 ORDER BY i.post DESC
 LIMIT :most;

-- name: item_lines :many
SELECT id, position, day_on, half, wanted, fr_enc, en_enc
  FROM item_line
 WHERE post = :post
 ORDER BY position;

-- name: item_line_add :exec
INSERT INTO item_line (post, position, day_on, half, wanted, fr_enc, en_enc)
VALUES (:post, :position, :day_on, :half, :wanted, :fr_enc, :en_enc);

-- name: item_lines_drop :exec
DELETE FROM item_line WHERE post = :post;

-- name: item_off :many
SELECT week_on FROM item_off WHERE post = :post ORDER BY week_on;

-- name: item_off_add :exec
INSERT INTO item_off (post, week_on) VALUES (:post, :week_on)
ON CONFLICT (post, week_on) DO NOTHING;

-- name: item_off_drop :exec
DELETE FROM item_off WHERE post = :post AND week_on = :week_on;

-- name: item_off_end :exec
DELETE FROM item_off WHERE post = :post;

-- name: item_drop :exec
DELETE FROM item WHERE post = :post;

-- name: item_answers :many
SELECT a.line, a.guardian, a.n, g.name_enc
  FROM item_answer a
  JOIN guardian g ON g.id = a.guardian
 WHERE a.post = :post
 ORDER BY a.line, a.guardian;

-- name: item_answer_add :exec
INSERT INTO item_answer (post, line, guardian, child, n, answered_at)
VALUES (:post, :line, :guardian, :child, :n, :answered_at);

-- name: item_answers_drop :exec
-- Of one adult.
DELETE FROM item_answer WHERE post = :post AND guardian = :guardian;

-- name: item_answers_drop_of_child :exec
-- Of every adult who ever had authority over a child: a family answers once.
DELETE FROM item_answer
 WHERE post = :post
   AND guardian IN (SELECT u.guardian FROM authority u
                     WHERE u.child = :child
                       AND u.kind IN ('parental', 'tutor'));

-- name: item_family_of :many
-- The adults who answer with one of a child's, as above.
SELECT DISTINCT u.guardian
  FROM authority u
 WHERE u.child = :child AND u.kind IN ('parental', 'tutor')
 ORDER BY u.guardian;

-- name: item_forget_child :exec
-- in: erasure_token blob
DELETE FROM item_answer
 WHERE child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);

-- name: item_forget_words :exec
-- in: erasure_token blob
UPDATE item SET fr_enc = NULL, en_enc = NULL
 WHERE child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);

-- name: item_answers_end :exec
DELETE FROM item_answer WHERE post = :post;
