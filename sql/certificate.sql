-- Proofs of erasures, see ends/certificate.h.

-- name: certificate_child :opt
SELECT id, erased_at FROM child
 WHERE id = :id AND organisation = :organisation;

-- name: certificate_account :opt
SELECT id, ended_at FROM account
 WHERE id = :id AND organisation = :organisation;

-- name: certificate_post :opt
SELECT id, changed_at FROM post
 WHERE id = :id AND organisation = :organisation AND state = 'withdrawn'
   AND notice = 0 AND paper IS NULL AND safe IS NULL;

-- name: certificate_season :opt
-- out: gone_at integer
-- NULL while a post of it has not ended, and when it never had any.
SELECT s.id AS id,
       (SELECT CASE WHEN count(*) FILTER (WHERE p.ended_at IS NULL) = 0
                    THEN max(p.ended_at) END
          FROM post p
         WHERE p.organisation = s.organisation AND p.notice = 0
           AND p.paper IS NULL AND p.safe IS NULL
           AND p.day_on BETWEEN s.from_on AND s.until_on) AS gone_at
  FROM season s
 WHERE s.id = :id AND s.organisation = :organisation;

-- name: certificate_seal :opt
-- out: readable integer
SELECT s.destroyed_at,
       (SELECT count(*) FROM blob b
         WHERE b.medium = s.medium AND b.key_wrapped IS NOT NULL) AS readable
  FROM seal s
 WHERE s.id = :id AND s.organisation = :organisation;

-- name: certificate_count :one
-- in: child integer
-- in: post integer
-- in: season integer
-- out: originals integer
-- out: renditions integer
-- out: readable integer
-- out: held integer
-- One of the three is not 0: the posts for a child's family alone, one post,
-- those of a season's days.
SELECT count(*) FILTER (WHERE b.key_wrapped IS NULL AND b.side = 0)
         AS originals,
       count(*) FILTER (WHERE b.key_wrapped IS NULL AND b.side <> 0)
         AS renditions,
       count(*) FILTER (WHERE b.key_wrapped IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM held_medium h
                                           WHERE h.id = m.id)) AS readable,
       count(*) FILTER (WHERE b.key_wrapped IS NOT NULL
                          AND EXISTS (SELECT 1 FROM held_medium h
                                       WHERE h.id = m.id)) AS held
  FROM post p
  JOIN medium m ON m.post = p.id
  JOIN blob b ON b.medium = m.id
 WHERE p.organisation = :organisation
   AND (p.id IN (SELECT a.post FROM post_audience a
                  WHERE a.child = :child
                    AND NOT EXISTS (SELECT 1 FROM post_audience o
                                     WHERE o.post = a.post
                                       AND (o.child IS NULL
                                            OR o.child <> :child)))
        OR p.id = :post
        OR p.id IN (SELECT q.id
                      FROM season s
                      JOIN post q ON q.organisation = s.organisation
                       AND q.day_on BETWEEN s.from_on AND s.until_on
                     WHERE s.id = :season AND q.notice = 0
                       AND q.paper IS NULL AND q.safe IS NULL));

-- name: certificate_backup :one
-- in: before integer
-- out: at integer
SELECT max(a.at) AS at FROM audit a
 WHERE a.organisation = :organisation AND a.action = 'backup-made'
   AND a.at <= :before;

-- name: certificate_next :one
-- out: number integer
SELECT coalesce(max(number), 0) + 1 AS number FROM certificate
 WHERE organisation = :organisation;

-- name: certificate_insert :one
-- in: number integer
INSERT INTO certificate (organisation, number, kind, subject, claim, made_at,
                         body, signature)
VALUES (:organisation, :number, :kind, :subject, :claim, :made_at, :body,
        :signature)
RETURNING id;

-- name: certificate_of :opt
SELECT id FROM certificate
 WHERE organisation = :organisation AND kind = :kind AND subject = :subject;

-- name: certificate_by_id :opt
SELECT number, kind, claim, made_at, body, signature FROM certificate
 WHERE id = :id AND organisation = :organisation;

-- name: certificate_of_claim :opt
SELECT id FROM certificate
 WHERE claim = :claim AND organisation = :organisation;

-- name: certificate_list :many
SELECT id FROM certificate
 WHERE organisation = :organisation
 ORDER BY number DESC
 LIMIT 200;
