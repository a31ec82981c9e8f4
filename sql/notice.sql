-- Notices to read and to sign, see life/notice.h and life/asked.h.

-- name: notice_post :one
-- in: now integer
INSERT INTO post (organisation, kind, author, state, title_enc, body_enc,
                  day_on, created_at, changed_at, notice)
VALUES (:organisation, 'album', :author, 'draft', :title_enc, :body_enc,
        :day_on, :now, :now, 1)
RETURNING id;

-- name: notice_create :exec
INSERT INTO notice (post, organisation, sign, each_holder, by_on, asked_until,
                    version)
VALUES (:post, :organisation, :sign, :each_holder, :by_on, :by_on, 1);

-- name: notice_set :exec
UPDATE notice
   SET sign = :sign, each_holder = :each_holder, by_on = :by_on,
       asked_until = :asked_until, version = :version
 WHERE post = :post;

-- name: notice_text_add :exec
INSERT INTO notice_text (post, version, title_fr_enc, body_fr_enc,
                         title_en_enc, body_en_enc, digest, author, made_at)
VALUES (:post, :version, :title_fr_enc, :body_fr_enc, :title_en_enc,
        :body_en_enc, :digest, :author, :made_at);

-- name: notice_text_set :exec
-- Of a draft, which nobody was shown.
UPDATE notice_text
   SET title_fr_enc = :title_fr_enc, body_fr_enc = :body_fr_enc,
       title_en_enc = :title_en_enc, body_en_enc = :body_en_enc,
       digest = :digest, author = :author, made_at = :made_at
 WHERE post = :post AND version = :version;

-- name: notice_by_post :opt
SELECT n.sign, n.each_holder, n.by_on, n.asked_until, n.version, n.reminded_at,
       p.state, p.publish_at, p.day_on, p.author, a.name_enc AS author_name_enc,
       t.title_fr_enc, t.body_fr_enc, t.title_en_enc, t.body_en_enc, t.digest,
       t.made_at
  FROM notice n
  JOIN post p ON p.id = n.post
  JOIN account a ON a.id = p.author
  JOIN notice_text t ON t.post = n.post AND t.version = n.version
 WHERE n.post = :post;

-- name: notice_list :many
-- in: before integer
-- in: most integer
-- The newest first; whose they are is decided one by one.
SELECT n.post
  FROM notice n
 WHERE n.organisation = :organisation AND n.post < :before
 ORDER BY n.post DESC
 LIMIT :most;

-- name: notice_ending :many
-- in: today integer
-- in: until_day integer
-- Of one author, those whose last day is near.
SELECT n.post
  FROM notice n
  JOIN post p ON p.id = n.post
 WHERE n.organisation = :organisation AND n.asked_until >= :today
   AND n.by_on >= :today AND n.by_on <= :until_day
   AND p.author = :author AND p.state = 'published'
 ORDER BY n.post
 LIMIT 20;

-- name: notice_waiting :many
-- in: today integer
-- What may wait on somebody's first page; likewise.
SELECT n.post, p.publish_at
  FROM notice n
  JOIN post p ON p.id = n.post
 WHERE n.organisation = :organisation AND n.asked_until >= :today
   AND p.state = 'published'
 ORDER BY n.asked_until, n.post
 LIMIT 40;

-- name: notice_between :many
-- in: from_day integer
-- in: until_day integer
-- in: most integer
-- Whose last day falls into those days (asked_until is never before it).
SELECT n.post
  FROM notice n
 WHERE n.organisation = :organisation AND n.asked_until >= :from_day
   AND n.by_on >= :from_day AND n.by_on <= :until_day
 ORDER BY n.asked_until, n.post
 LIMIT :most;

-- name: notice_answers_of_child :many
SELECT guardian, acted_at
  FROM notice_answer
 WHERE post = :post AND version = :version AND child = :child
 ORDER BY guardian;

-- name: notice_answer_add :exec
INSERT INTO notice_answer (post, version, child, guardian, method, actor,
                           witness, acted_at, entered_at)
VALUES (:post, :version, :child, :guardian, :method, :actor, :witness,
        :acted_at, :entered_at)
ON CONFLICT (post, version, child, guardian) DO NOTHING;

-- name: notice_asked :many
-- in: today integer
-- in: named integer
-- Who is asked, and who of them answered: for the children of a group (named 0)
-- or for the children that a post names (activity_group 0).
SELECT DISTINCT c.id AS child, c.key_wrapped, c.first_enc, c.last_enc,
       u.guardian, g.name_enc AS guardian_name_enc, n.acted_at, n.method
  FROM (SELECT e.child
          FROM enrolment e
         WHERE e.activity_group = :activity_group
           AND e.from_on <= :today AND e.until_on >= :today
        UNION
        SELECT a.child
          FROM post_audience a
         WHERE a.post = :named AND a.child IS NOT NULL
           AND EXISTS (SELECT 1 FROM enrolment e
                        WHERE e.child = a.child
                          AND e.from_on <= :today AND e.until_on >= :today)) f
  JOIN child c ON c.id = f.child
  LEFT JOIN authority u ON u.child = c.id
        AND u.kind IN ('parental', 'tutor') AND u.ended_at IS NULL
        AND u.from_on <= :today
        AND (u.until_on IS NULL OR u.until_on >= :today)
        AND NOT EXISTS (SELECT 1 FROM authority x
                         WHERE x.guardian = u.guardian AND x.child = u.child
                           AND x.kind = 'no_contact' AND x.ended_at IS NULL
                           AND x.from_on <= :today
                           AND (x.until_on IS NULL OR x.until_on >= :today))
  LEFT JOIN guardian g ON g.id = u.guardian
  LEFT JOIN notice_answer n ON n.post = :post AND n.version = :version
        AND n.child = c.id AND n.guardian = u.guardian
 WHERE c.organisation = :organisation AND c.erased_at IS NULL
 ORDER BY c.id, u.guardian;

-- name: notice_remind :exec
UPDATE notice
   SET asked_until = :asked_until, reminded_at = :reminded_at
 WHERE post = :post;

-- name: notice_forget_child :exec
-- in: erasure_token blob
DELETE FROM notice_answer
 WHERE child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);

-- name: notice_purge :exec
-- in: before integer
-- in: most integer
-- Answers from before that day, unless a season of the child's that they were
-- given in ended later, or the child is held.
DELETE FROM notice_answer
 WHERE id IN (
   SELECT w.id FROM notice_answer w
     JOIN notice n ON n.post = w.post
    WHERE n.organisation = :organisation AND w.acted_at < :before * 86400
      AND NOT EXISTS (SELECT 1
                        FROM enrolment e
                        JOIN activity_group g ON g.id = e.activity_group
                        JOIN season s ON s.id = g.season
                       WHERE e.child = w.child
                         AND s.from_on * 86400 <= w.acted_at
                         AND s.until_on >= :before)
      AND NOT EXISTS (SELECT 1 FROM hold_order h
                       WHERE h.subject_kind = 'child' AND h.subject = w.child
                         AND h.released_at IS NULL)
    LIMIT :most);

-- name: notice_drop_text :exec
-- A draft that is thrown away leaves nothing.
DELETE FROM notice_text WHERE post = :post;

-- name: notice_drop :exec
DELETE FROM notice WHERE post = :post;

-- name: notice_drop_post :exec
DELETE FROM post WHERE id = :post AND state = 'draft' AND notice = 1;

-- name: notice_answered_by :many
-- What this account answered about the child, with the text that it answered.
SELECT a.acted_at, t.title_fr_enc, t.title_en_enc
  FROM notice_answer a
  JOIN guardian g ON g.id = a.guardian
  JOIN notice_text t ON t.post = a.post AND t.version = a.version
 WHERE a.child = :child AND g.account = :account
 ORDER BY a.acted_at, a.id;
