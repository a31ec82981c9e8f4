-- The child table.  Names and birth date are under the child's own key.

-- name: child_by_id :one
SELECT id, organisation, ref_digest, key_wrapped, first_enc, last_enc,
       born_enc, created_at, erased_at
  FROM child
 WHERE id = :id AND organisation = :organisation;

-- name: child_list :many
SELECT id, ref_digest, key_wrapped, first_enc, last_enc, born_enc
  FROM child
 WHERE organisation = :organisation AND erased_at IS NULL
 ORDER BY id;

-- name: child_of_group :many
-- in: today integer
-- Enrolled today or later.
SELECT c.id AS id, c.key_wrapped AS key_wrapped, c.first_enc AS first_enc,
       c.last_enc AS last_enc, c.born_enc AS born_enc,
       e.from_on AS from_on, e.until_on AS until_on
  FROM child c
  JOIN enrolment e ON e.child = c.id
 WHERE e.activity_group = :activity_group AND c.organisation = :organisation
   AND e.until_on >= :today AND c.erased_at IS NULL
 ORDER BY c.id;

-- name: child_of_guardian :many
SELECT DISTINCT c.id AS id, c.key_wrapped AS key_wrapped,
       c.first_enc AS first_enc, c.last_enc AS last_enc
  FROM child c
  JOIN authority a ON a.child = c.id
 WHERE a.guardian = :guardian AND a.ended_at IS NULL
   AND a.kind <> 'no_contact' AND c.erased_at IS NULL
 ORDER BY c.id;

-- name: child_insert :one
INSERT INTO child (organisation, ref_digest, created_at)
VALUES (:organisation, :ref_digest, :created_at)
RETURNING id;

-- name: child_set :exec
UPDATE child
   SET ref_digest = :ref_digest, key_wrapped = :key_wrapped,
       first_enc = :first_enc, last_enc = :last_enc, born_enc = :born_enc
 WHERE id = :id AND organisation = :organisation AND erased_at IS NULL;
