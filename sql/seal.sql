-- The seal and its custodians, see custody/.

-- ---- custodians ----

-- name: custodian_list :many
-- Those who stand, and those who ended.
SELECT c.id, c.account, c.named_by, c.named_at, c.public, c.ready_at,
       c.ended_at, a.state, a.name_enc, n.name_enc AS namer_enc
  FROM custodian c
  JOIN account a ON a.id = c.account
  JOIN account n ON n.id = c.named_by
 WHERE c.organisation = :organisation
 ORDER BY c.id;

-- name: custodian_by_id :opt
SELECT id, account, salt, public, ended_at
  FROM custodian
 WHERE id = :id AND organisation = :organisation;

-- name: custodian_of :opt
SELECT id, salt, public
  FROM custodian
 WHERE account = :account AND organisation = :organisation
   AND ended_at IS NULL;

-- name: custodian_staff :opt
-- in: namer integer
-- out: own integer
-- own: the account exists because namer invited it.
SELECT a.id,
       EXISTS (SELECT 1 FROM invitation i
                WHERE i.used_by = a.id AND i.created_by = :namer) AS own
  FROM account a
 WHERE a.id = :account AND a.organisation = :organisation
   AND a.kind = 'staff' AND a.state = 'active';

-- name: custodian_own_named :one
-- in: namer integer
-- out: n integer
-- Standing custodians whom this person named and had invited, or is herself.
SELECT count(*) AS n
  FROM custodian c
 WHERE c.organisation = :organisation AND c.ended_at IS NULL
   AND c.named_by = :namer
   AND (c.account = :namer
        OR EXISTS (SELECT 1 FROM invitation i
                    WHERE i.used_by = c.account AND i.created_by = :namer));

-- name: custodian_news :one
-- in: since integer
-- in: viewer integer
-- out: fresh integer
-- out: unset integer
-- out: able integer
-- out: ever integer
-- Named since then by somebody else; whether it is the viewer, who has set no
-- passphrase yet; who can open what is sealed now; and who was ever to, those
-- too who were taken away (ends_custodians).
SELECT count(*) FILTER (WHERE c.ended_at IS NULL AND c.named_at > :since
                          AND c.named_by <> :viewer) AS fresh,
       count(*) FILTER (WHERE c.ended_at IS NULL AND c.account = :viewer
                          AND c.public IS NULL) AS unset,
       count(*) FILTER (WHERE c.ended_at IS NULL AND c.public IS NOT NULL
                          AND a.state = 'active') AS able,
       count(*) AS ever
  FROM custodian c
  JOIN account a ON a.id = c.account
 WHERE c.organisation = :organisation;

-- name: custodian_add :one
INSERT INTO custodian (organisation, account, named_by, named_at)
VALUES (:organisation, :account, :named_by, :named_at)
RETURNING id;

-- name: custodian_ready :exec
UPDATE custodian
   SET salt = :salt, public = :public, ready_at = :ready_at
 WHERE id = :id AND public IS NULL AND ended_at IS NULL;

-- name: custodian_end :exec
UPDATE custodian
   SET ended_by = :ended_by, ended_at = :ended_at
 WHERE id = :id AND organisation = :organisation AND ended_at IS NULL;

-- name: custodian_boxing :many
-- To whom a new seal is closed: ready, at work, and nobody whom it is about: of
-- its case, or, without one, who sent it and whose album it is.
SELECT c.id, c.public
  FROM custodian c
  JOIN account a ON a.id = c.account
 WHERE c.organisation = :organisation AND c.ended_at IS NULL
   AND c.public IS NOT NULL AND a.state = 'active'
   AND NOT EXISTS (SELECT 1
                     FROM seal s
                     JOIN case_person p ON p.case_file = s.case_file
                    WHERE s.id = :object AND p.account = c.account
                      AND p.part <> 'barred')
   AND NOT EXISTS (SELECT 1
                     FROM seal s
                     JOIN medium m ON m.id = s.medium
                     JOIN post p ON p.id = m.post
                    WHERE s.id = :object
                      AND (m.uploader = c.account
                           OR (s.case_file IS NULL AND p.author = c.account)))
 ORDER BY c.id
 LIMIT 8;

-- ---- wanting it ----

-- name: seal_medium :opt
-- out: whole integer
-- in: medium integer
-- What can be sealed: not sealed yet, and its original is whole.
SELECT m.id AS whole, m.post, m.uploader, m.created_at, m.from_enc, m.kind,
       m.state,
       b.name, p.title_enc, p.publish_at, p.state AS post_state,
       a.name_enc
  FROM medium i
  JOIN medium m ON m.id = coalesce(i.video, i.id)
  JOIN blob b ON b.medium = m.id AND b.side = 0
  JOIN post p ON p.id = m.post
  JOIN account a ON a.id = m.uploader
 WHERE i.id = :medium AND m.organisation = :organisation AND m.sealed = 0
   AND b.key_wrapped IS NOT NULL
   AND m.state IN ('queued', 'ready', 'held', 'locked');

-- name: seal_media_of_post :many
-- But for those of which nobody has decided yet whether they were stopped
-- rightly: they are shown to nobody meanwhile.
SELECT m.id
  FROM medium m
 WHERE m.post = :post AND m.organisation = :organisation AND m.video IS NULL
   AND m.sealed = 0 AND m.state IN ('queued', 'ready', 'held', 'locked')
   AND NOT EXISTS (SELECT 1 FROM stopping s
                    WHERE s.medium = m.id AND s.outcome IS NULL)
 ORDER BY m.id;

-- name: seal_groups :many
SELECT g.name
  FROM post_audience a
  JOIN activity_group g ON g.id = a.activity_group
 WHERE a.post = :post
 ORDER BY a.id;

-- name: seal_children :many
SELECT child FROM post_audience
 WHERE post = :post AND child IS NOT NULL
 ORDER BY id;

-- name: seal_readers :many
-- in: medium integer
-- out: first_at integer
-- Who got it, as far as the house keeps it: what the team opened or took, and
-- who opened a document.
SELECT a.id, a.name_enc, min(x.at) AS first_at
  FROM (SELECT u.actor AS account, u.at AS at
          FROM audit u
         WHERE u.organisation = :organisation
           AND u.action IN ('medium-viewed', 'medium-downloaded')
           AND u.subject_kind = 'medium'
           AND u.subject = :medium
        UNION ALL
        SELECT d.account AS account, d.opened_at AS at
          FROM document_opened d
         WHERE d.medium = :medium) x
  JOIN account a ON a.id = x.account
 GROUP BY a.id, a.name_enc
 ORDER BY first_at, a.id;

-- name: seal_accounts :many
-- Of whom it is asked whether they could see it.
SELECT id, name_enc FROM account
 WHERE organisation = :organisation AND state = 'active'
 ORDER BY id;

-- name: seal_record :one
SELECT record_enc FROM seal WHERE id = :id;

-- name: seal_sealed :many
-- What the story of a case says of each seal: number and digest.
SELECT detail FROM case_event
 WHERE case_file = :case_file AND deed = 'sealed'
 ORDER BY id;

-- name: seal_add :one
INSERT INTO seal (organisation, medium, was, case_file, stopping, state,
                  wanted_by, wanted_at, reason_enc, record_enc)
VALUES (:organisation, :medium, :was, :case_file, :stopping, 'wanted',
        :wanted_by, :wanted_at, :reason_enc, :record_enc)
RETURNING id;

-- name: seal_lock :exec
-- in: whole integer
UPDATE medium SET state = 'locked', sealed = 1
 WHERE (id = :whole OR video = :whole) AND state <> 'deleted';

-- name: seal_open_stop :opt
-- in: medium integer
-- It was stopped, and nobody has decided yet.
SELECT s.id FROM stopping s WHERE s.medium = :medium AND s.outcome IS NULL;

-- name: seal_stopped :opt
-- A list knows it, and somebody has confirmed it.
SELECT s.medium FROM stopping s
 WHERE s.id = :stopping AND s.organisation = :organisation
   AND s.cause = 'list' AND s.outcome = 'confirmed';

-- name: seal_leavings :exec
-- Parcels of children who move are made anew, without it: their keys go.
UPDATE leaving
   SET state = 'agreed', name = NULL, key_wrapped = NULL, fault = NULL
 WHERE organisation = :organisation AND state = 'ready';

-- name: seal_from :exec
UPDATE medium SET from_enc = :from_enc WHERE id = :id;

-- ---- doing it ----

-- name: seal_next :opt
-- in: after integer
-- The oldest behind that one that is to be sealed.
SELECT s.id, s.organisation, s.medium, s.case_file, b.name, b.key_wrapped,
       b.type, m.kind
  FROM seal s
  JOIN medium m ON m.id = s.medium
  JOIN blob b ON b.medium = s.medium AND b.side = 0
 WHERE s.state = 'wanted' AND s.id > :after
   AND b.key_wrapped IS NOT NULL
 ORDER BY s.id
 LIMIT 1;

-- name: seal_wait :exec
UPDATE seal SET waits = :waits
 WHERE id = :id AND state = 'wanted' AND (waits IS NULL OR waits <> :waits);

-- name: seal_box_add :exec
INSERT INTO seal_box (object, inner_custodian, outer_custodian, box)
VALUES (:object, :inner_custodian, :outer_custodian, :box);

-- name: seal_stills :many
SELECT id FROM medium WHERE video = :video AND state <> 'deleted' ORDER BY id;

-- name: seal_renditions :many
-- The files of what was made of it.
SELECT name FROM blob
 WHERE (medium = :medium AND side <> 0)
    OR medium IN (SELECT m.id FROM medium m WHERE m.video = :medium);

-- name: seal_drop_renditions :exec
DELETE FROM blob WHERE medium = :medium AND side <> 0;

-- name: seal_replace :exec
-- in: was text
-- Its file becomes another, under another key: the old key is nowhere.
UPDATE blob
   SET name = :name, key_wrapped = :key_wrapped, bytes = :bytes,
       type = 'application/octet-stream', width = 0, height = 0
 WHERE medium = :medium AND side = 0 AND name = :was;

-- name: seal_done :exec
UPDATE seal
   SET state = 'sealed', waits = NULL, type = :type, bytes = :bytes,
       sha256 = :sha256, sealed_at = :sealed_at
 WHERE id = :id AND state = 'wanted';

-- ---- reading ----

-- name: seal_by_id :opt
-- out: boxes integer
SELECT s.id, s.medium, s.case_file, s.stopping, s.state, s.wanted_by,
       s.wanted_at, s.reason_enc, s.record_enc, s.waits, s.type, s.bytes,
       s.sha256, s.sealed_at, s.released_at, s.released_on, s.authority_enc,
       s.reference_enc, s.destroyed_at, s.certificate, s.signature, s.was,
       m.post, m.uploader, p.author, a.name_enc,
       (SELECT count(*) FROM seal_box x WHERE x.object = s.id) AS boxes
  FROM seal s
  JOIN medium m ON m.id = s.medium
  JOIN post p ON p.id = m.post
  LEFT JOIN account a ON a.id = s.wanted_by
 WHERE s.id = :id AND s.organisation = :organisation;

-- name: seal_of_case :many
SELECT id FROM seal WHERE case_file = :case_file ORDER BY id;

-- name: seal_of_stopping :many
SELECT id FROM seal WHERE stopping = :stopping ORDER BY id;

-- name: seal_able :many
-- To whom it was closed.  about: its case is about her by now.
-- out: about integer
SELECT DISTINCT c.id, c.account, a.state, a.name_enc,
       EXISTS (SELECT 1
                 FROM seal s
                 JOIN case_person p ON p.case_file = s.case_file
                WHERE s.id = x.object AND p.account = c.account
                  AND p.part <> 'barred') AS about
  FROM seal_box x
  JOIN custodian c ON c.id IN (x.inner_custodian, x.outer_custodian)
  JOIN account a ON a.id = c.account
 WHERE x.object = :object
 ORDER BY c.id;

-- name: seal_box :opt
SELECT box FROM seal_box
 WHERE object = :object AND inner_custodian = :inner_custodian
   AND outer_custodian = :outer_custodian;

-- name: seal_file :opt
SELECT name, key_wrapped, bytes FROM blob
 WHERE medium = :medium AND side = 0 AND key_wrapped IS NOT NULL;

-- ---- handing over, and the end ----

-- name: seal_hand_add :one
INSERT INTO seal_hand (object, at, by_account, one, other, authority_enc,
                       person_enc, receipt_enc, public, box)
VALUES (:object, :at, :by_account, :one, :other, :authority_enc, :person_enc,
        :receipt_enc, :public, :box)
RETURNING id;

-- name: seal_closed :opt
-- Sealed, and not destroyed yet.
SELECT id FROM seal WHERE id = :id AND state IN ('sealed', 'released');

-- name: seal_hands :many
SELECT h.id, h.at, h.authority_enc, h.person_enc, h.receipt_enc, h.public,
       h.box, h.fetched_at, a.name_enc AS one_enc, b.name_enc AS other_enc
  FROM seal_hand h
  JOIN custodian c ON c.id = h.one
  JOIN account a ON a.id = c.account
  JOIN custodian d ON d.id = h.other
  JOIN account b ON b.id = d.account
 WHERE h.object = :object
 ORDER BY h.id;

-- name: seal_hand_fetched :exec
UPDATE seal_hand SET fetched_at = :fetched_at
 WHERE id = :id AND fetched_at IS NULL;

-- name: seal_release :exec
UPDATE seal
   SET state = 'released', released_by = :released_by,
       released_at = :released_at, released_on = :released_on,
       authority_enc = :authority_enc, reference_enc = :reference_enc
 WHERE id = :id AND state = 'sealed';

-- name: seal_held :opt
-- An order that keeps it whatever an authority released: those of held_medium,
-- but for regions, of which none is left.
SELECT h.id
  FROM hold_order h
  JOIN seal s ON s.id = :object
  JOIN medium m ON m.id = s.medium
 WHERE h.released_at IS NULL
   AND ((h.subject_kind = 'medium' AND h.subject = m.id)
        OR (h.subject_kind = 'post' AND h.subject = m.post)
        OR (h.subject_kind = 'case' AND h.subject = s.case_file)
        OR (h.subject_kind = 'account' AND h.subject = m.uploader)
        OR (h.subject_kind = 'child'
            AND EXISTS (SELECT 1 FROM post_audience p
                         WHERE p.post = m.post AND p.child = h.subject)))
 LIMIT 1;

-- name: seal_drop_boxes :exec
DELETE FROM seal_box WHERE object = :object;

-- name: seal_destroyed :exec
UPDATE seal
   SET state = 'destroyed', destroyed_at = :destroyed_at,
       certificate = :certificate, signature = :signature
 WHERE id = :id AND state = 'released';

-- ---- by rule, see ends/round.h ----

-- name: ends_seals :many
-- in: before integer
-- in: most integer
-- Destroyed before that time, of no case: of what a list stopped, or sealed
-- again after a restore.
SELECT s.id
  FROM seal s
  JOIN medium m ON m.id = s.medium
 WHERE s.state = 'destroyed' AND s.organisation = :organisation
   AND s.case_file IS NULL AND s.destroyed_at < :before
   AND (s.record_enc IS NOT NULL OR s.reason_enc IS NOT NULL
        OR s.authority_enc IS NOT NULL
        OR EXISTS (SELECT 1 FROM seal_hand h WHERE h.object = s.id))
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.released_at IS NULL
                      AND ((h.subject_kind = 'medium' AND h.subject = m.id)
                           OR (h.subject_kind = 'post'
                               AND h.subject = m.post)
                           OR (h.subject_kind = 'account'
                               AND h.subject = m.uploader)))
 ORDER BY s.id
 LIMIT :most;

-- name: ends_seal_words :exec
-- Its digest and its certificate stay.
UPDATE seal
   SET reason_enc = NULL, record_enc = NULL, authority_enc = NULL,
       reference_enc = NULL
 WHERE id = :id AND state = 'destroyed';

-- name: ends_seal_hands :exec
DELETE FROM seal_hand WHERE object = :object;

-- name: ends_custodians :exec
-- in: most integer
-- Who is none any more, or has no name any more, and to whom nothing that
-- stands was ever closed.
DELETE FROM custodian
 WHERE id IN (SELECT c.id
                FROM custodian c
                JOIN account a ON a.id = c.account
               WHERE c.organisation = :organisation
                 AND (c.ended_at IS NOT NULL OR a.ended_at IS NOT NULL)
                 AND NOT EXISTS (SELECT 1 FROM seal_box b
                                  WHERE b.inner_custodian = c.id)
                 AND NOT EXISTS (SELECT 1 FROM seal_box b
                                  WHERE b.outer_custodian = c.id)
                 AND NOT EXISTS (SELECT 1 FROM seal_hand h
                                  WHERE h.one = c.id)
                 AND NOT EXISTS (SELECT 1 FROM seal_hand h
                                  WHERE h.other = c.id)
               ORDER BY c.id
               LIMIT :most);

-- ---- after a restore, see erasure/sealed.h ----

-- name: seal_again :exec
-- in: was text
INSERT INTO seal (organisation, medium, was, state, wanted_at)
SELECT m.organisation, m.id, b.name, 'wanted', :wanted_at
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.name = :was AND b.side = 0 AND b.key_wrapped IS NOT NULL
   AND m.sealed = 0 AND m.state <> 'deleted';

-- name: seal_lock_again :exec
-- in: was text
UPDATE medium SET state = 'locked', sealed = 1
 WHERE sealed = 0 AND state <> 'deleted'
   AND (id IN (SELECT s.medium FROM seal s WHERE s.was = :was)
        OR video IN (SELECT s.medium FROM seal s WHERE s.was = :was));

-- name: seal_to_do_again :opt
-- in: was text
SELECT m.id
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.name = :was AND b.side = 0 AND b.key_wrapped IS NOT NULL
   AND m.sealed = 0 AND m.state <> 'deleted';

-- name: seal_was :opt
-- in: was text
SELECT id, medium FROM seal WHERE was = :was AND state <> 'destroyed';

-- name: seal_release_again :exec
UPDATE seal SET state = 'released' WHERE id = :id AND state <> 'released';
