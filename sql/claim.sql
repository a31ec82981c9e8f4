-- What somebody asks for by right, see claim/claim.h.

-- name: claim_insert :one
-- in: words_enc blob
INSERT INTO claim (organisation, number, kind, state, asker, child, rule,
                   name_enc, words_enc, received_on, due_on, entered_by,
                   entered_at)
VALUES (:organisation,
        (SELECT coalesce(max(c.number), 0) + 1 FROM claim c
          WHERE c.organisation = :organisation),
        :kind, 'open', :asker, :child, :rule, :name_enc, :words_enc,
        :received_on, :due_on, :entered_by, :entered_at)
RETURNING id;

-- name: claim_by_id :opt
SELECT id, number, kind, state, asker, child, rule, name_enc, words_enc,
       received_on, due_on, extended_at, extended_enc, answered_at,
       answered_by, answer_enc, entered_by
  FROM claim
 WHERE id = :id AND organisation = :organisation;

-- name: claim_mine :many
-- in: most integer
SELECT id FROM claim
 WHERE asker = :asker AND organisation = :organisation
 ORDER BY id DESC
 LIMIT :most;

-- name: claim_open :many
-- in: most integer
SELECT id FROM claim
 WHERE organisation = :organisation AND state = 'open'
 ORDER BY due_on, id
 LIMIT :most;

-- name: claim_done :many
-- in: most integer
SELECT id FROM claim
 WHERE organisation = :organisation AND state <> 'open'
 ORDER BY number DESC
 LIMIT :most;

-- name: claim_count :one
-- in: today integer
-- in: soon integer
-- out: waiting integer
-- out: near integer
-- out: late integer
SELECT count(*) AS waiting,
       count(*) FILTER (WHERE due_on >= :today AND due_on <= :soon) AS near,
       count(*) FILTER (WHERE due_on < :today) AS late
  FROM claim
 WHERE organisation = :organisation AND state = 'open';

-- name: claim_extend :exec
UPDATE claim
   SET due_on = :due_on, extended_at = :extended_at,
       extended_by = :extended_by, extended_enc = :extended_enc
 WHERE id = :id AND state = 'open' AND extended_at IS NULL;

-- name: claim_end :exec
UPDATE claim
   SET state = :state, answered_at = :answered_at, answered_by = :answered_by,
       answer_enc = :answer_enc
 WHERE id = :id AND state = 'open';

-- name: claim_over :exec
-- in: now integer
-- in: before integer
-- in: most integer
-- The words of those that were answered before that time; that they were, and
-- when, is no personal datum.
UPDATE claim
   SET name_enc = NULL, words_enc = NULL, extended_enc = NULL,
       answer_enc = NULL, ended_at = :now
 WHERE id IN (
   SELECT c.id FROM claim c
    WHERE c.organisation = :organisation AND c.state <> 'open'
      AND c.ended_at IS NULL AND c.answered_at < :before
      AND NOT EXISTS (SELECT 1 FROM hold_order h
                       WHERE h.subject_kind = 'child' AND h.subject = c.child
                         AND h.released_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM held_account h WHERE h.id = c.asker)
    LIMIT :most);

-- name: claim_erasing :opt
-- The request by which a child is erased, the newest.
SELECT id FROM claim
 WHERE child = :child AND organisation = :organisation AND kind = 'erase'
   AND state <> 'withdrawn'
 ORDER BY id DESC
 LIMIT 1;
