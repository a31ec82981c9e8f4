-- Papers for the authorities, see report/filing.h.

-- name: filing_add :one
INSERT INTO filing (organisation, case_file, kind, child, begun_by, begun_at,
                    stage, next_at)
VALUES (:organisation, :case_file, :kind, :child, :begun_by, :begun_at,
        'open', :next_at)
RETURNING id;

-- name: filing_of_case :many
-- out: begun_by_name_enc blob
SELECT f.id, f.kind, f.child, f.begun_at, f.stage, f.next_at, f.dropped_at,
       b.name_enc AS begun_by_name_enc
  FROM filing f
  JOIN account b ON b.id = f.begun_by
 WHERE f.case_file = :case_file
 ORDER BY f.id;

-- name: filing_versions :many
SELECT v.id, v.filing, v.number, v.lang, v.values_enc, v.checked_by,
       v.checked_at, v.digest, v.sent_at, v.sent_by, v.route, v.receipt_enc,
       v.answered_enc, v.sent_digest, c.name_enc AS checked_by_name_enc,
       s.name_enc AS sent_by_name_enc
  FROM filing f
  JOIN filing_version v ON v.filing = f.id
  JOIN account c ON c.id = v.checked_by
  LEFT JOIN account s ON s.id = v.sent_by
 WHERE f.case_file = :case_file
 ORDER BY v.filing, v.number;

-- name: filing_version_add :one
-- in: number integer
INSERT INTO filing_version (filing, number, lang, values_enc, checked_by,
                            checked_at, digest)
VALUES (:filing, :number, :lang, :values_enc, :checked_by, :checked_at,
        :digest)
RETURNING id;

-- name: filing_version_send :exec
UPDATE filing_version
   SET sent_at = :sent_at, sent_by = :sent_by, route = :route,
       receipt_enc = :receipt_enc, answered_enc = :answered_enc,
       sent_digest = :sent_digest
 WHERE id = :id AND sent_at IS NULL;

-- name: filing_set :exec
UPDATE filing SET stage = :stage, next_at = :next_at, dropped_at = :dropped_at
 WHERE id = :id;

-- name: filing_next :opt
-- The one that has to be done first, of a case.
SELECT kind, stage, next_at
  FROM filing
 WHERE case_file = :case_file AND stage <> 'closed'
 ORDER BY stage = 'over' DESC, next_at IS NULL, next_at, id
 LIMIT 1;

-- name: filing_waiting :many
-- in: account integer
-- in: most integer
-- Cases that wait for nothing else (case_waiting), without those that name this
-- account.
SELECT DISTINCT f.case_file
  FROM filing f
  JOIN case_file c ON c.id = f.case_file
 WHERE f.organisation = :organisation AND f.stage IN ('open', 'over')
   AND c.outcome IS NOT NULL
   AND (c.again_at IS NULL OR c.again_done_at IS NOT NULL
        OR c.decided_by = :account)
   AND NOT EXISTS (SELECT 1 FROM case_person p
                    WHERE p.case_file = f.case_file AND p.account = :account)
 ORDER BY f.case_file
 LIMIT :most;

-- name: filing_over :many
-- in: now integer
SELECT id, organisation, case_file, kind, next_at
  FROM filing
 WHERE stage = 'kept' AND next_at <= :now
 ORDER BY next_at
 LIMIT 50;

-- ---- what a paper is filled from ----

-- name: filing_children :many
-- The children that a case is about, who are not erased.
SELECT c.id, c.key_wrapped, c.first_enc, c.last_enc, c.born_enc
  FROM case_place p
  JOIN child c ON c.id = p.child
 WHERE p.case_file = :case_file AND c.erased_at IS NULL
 ORDER BY p.id;

-- name: filing_groups :many
SELECT g.name
  FROM case_place p
  JOIN activity_group g ON g.id = p.activity_group
 WHERE p.case_file = :case_file
 ORDER BY p.id;

-- name: filing_parents :many
-- Holders of authority, as the roster has them.
SELECT DISTINCT g.id, g.name_enc, g.email_enc, g.phone_enc
  FROM authority a
  JOIN guardian g ON g.id = a.guardian
 WHERE a.child = :child AND a.ended_at IS NULL AND a.kind IN ('parental', 'tutor')
 ORDER BY g.id;
