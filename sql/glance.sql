-- What a handler asks to see of a case, see report/glance.h.

-- name: glance_items :many
-- in: kind text
-- in: subject integer
-- out: matched integer
-- What was reported that is a picture or has one.  matched: it is near to a
-- list, or to something withdrawn, or waits with what is: shown to nobody.
SELECT m.id AS id, m.kind AS kind, m.state AS state, m.reported AS reported,
       CASE WHEN EXISTS (SELECT 1 FROM stopping s
                          WHERE s.medium = m.id
                            AND (s.outcome IS NULL
                                 OR s.outcome = 'confirmed'))
              OR EXISTS (SELECT 1 FROM stop_hold h
                          WHERE h.post = m.post AND h.uploader = m.uploader
                            AND h.lifted_at IS NULL)
            THEN 1 ELSE 0 END AS matched
  FROM medium m
 WHERE m.organisation = :organisation AND m.kind <> 'still'
   AND ((:kind = 'medium' AND m.id = :subject)
        OR (:kind = 'post' AND m.post = :subject))
 ORDER BY m.position, m.id;

-- name: glance_get :opt
SELECT account, asked_at, until_at, lost, soft_enc, sharp_enc
  FROM case_glance
 WHERE case_file = :case_file AND medium = :medium;

-- name: glance_ask :exec
INSERT INTO case_glance (case_file, medium, account, asked_at, until_at)
VALUES (:case_file, :medium, :account, :asked_at, :until_at)
ON CONFLICT (case_file, medium)
DO UPDATE SET account = excluded.account, asked_at = excluded.asked_at,
              until_at = excluded.until_at;

-- name: glance_end :exec
-- in: now integer
UPDATE case_glance SET until_at = :now
 WHERE case_file = :case_file AND medium = :medium AND until_at > :now;

-- name: glance_wanted :many
-- Cases in which somebody waits for this picture.
SELECT g.case_file AS case_file, c.organisation AS organisation,
       c.number AS number, c.key_wrapped AS key_wrapped
  FROM case_glance g
  JOIN case_file c ON c.id = g.case_file
 WHERE g.medium = :medium AND g.soft_enc IS NULL AND g.lost = 0
 ORDER BY g.case_file;

-- name: glance_source :opt
-- Its smallest rendition, of a video or a document that of its first still.
SELECT m.id AS id, m.organisation AS organisation, b.name AS name,
       b.key_wrapped AS key_wrapped
  FROM medium m
  JOIN blob b
    ON b.side = 320
   AND b.medium = CASE WHEN m.kind = 'photo' THEN m.id
                       ELSE coalesce(m.poster,
                              (SELECT min(s.id) FROM medium s
                                WHERE s.video = m.id)) END
 WHERE m.id = :medium AND m.state IN ('ready', 'held')
   AND b.key_wrapped IS NOT NULL;

-- name: glance_made :exec
UPDATE case_glance SET soft_enc = :soft_enc, sharp_enc = :sharp_enc
 WHERE case_file = :case_file AND medium = :medium;

-- name: glance_lost :exec
UPDATE case_glance SET lost = 1 WHERE medium = :medium AND soft_enc IS NULL;

-- name: glance_gone :exec
DELETE FROM case_glance WHERE case_file = :case_file;

-- name: glance_gone_medium :exec
DELETE FROM case_glance WHERE medium = :medium;

-- name: glance_times :many
-- in: account integer
-- in: since integer
-- When pictures were shown to this account, and why something was stopped.
SELECT at FROM case_event
 WHERE actor = :account AND at >= :since AND deed = 'read' AND detail <> ''
UNION ALL
SELECT at FROM stop_look
 WHERE account = :account AND at >= :since
 ORDER BY at;

-- name: glance_shown :many
-- in: since integer
-- The same of everybody, with the case.
SELECT e.actor AS account, e.at AS at, e.case_file AS case_file
  FROM case_event e
  JOIN account a ON a.id = e.actor
 WHERE a.organisation = :organisation AND a.kind = 'staff' AND e.at >= :since
   AND e.deed = 'read' AND e.detail <> ''
 ORDER BY e.actor, e.at;

-- name: glance_others :opt
-- in: soft text
-- in: sharp text
-- Somebody else was shown this picture already.
SELECT actor FROM case_event
 WHERE case_file = :case_file AND deed = 'read' AND detail IN (:soft, :sharp)
   AND actor <> :account
 LIMIT 1;

-- ---- put aside ----

-- name: aside_add :exec
INSERT INTO case_aside (case_file, account) VALUES (:case_file, :account)
ON CONFLICT DO NOTHING;

-- name: aside_end :exec
DELETE FROM case_aside WHERE case_file = :case_file AND account = :account;

-- name: aside_gone :exec
DELETE FROM case_aside WHERE case_file = :case_file;

-- name: aside_of_case :many
SELECT account FROM case_aside WHERE case_file = :case_file ORDER BY account;

-- ---- what became of it ----

-- name: case_worked :many
-- in: organisation integer
-- in: since integer
-- in: account integer
-- What others decided since, in cases that this account had worked on.
SELECT c.id AS id
  FROM case_file c
 WHERE c.id IN (SELECT d.id FROM case_file d
                 WHERE d.organisation = :organisation AND d.decided_at > :since
                   AND d.decided_by <> :account
                UNION ALL
                SELECT g.id FROM case_file g
                 WHERE g.organisation = :organisation
                   AND g.again_done_at > :since AND g.again_by <> :account)
   AND EXISTS (SELECT 1 FROM case_event e
                WHERE e.case_file = c.id AND e.actor = :account
                  AND (e.deed IN ('taken', 'noted', 'asked', 'decided')
                       OR (e.deed = 'read' AND e.detail <> '')))
 ORDER BY c.id;
