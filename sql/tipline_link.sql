-- How it stands with NCMEC, and what somebody has to be told of, see
-- tipline/link.h and tipline/late.h.

-- name: tipline_link :one
SELECT wanted_at, status_at, status_why, well_at, schema_at, schema_why,
       schema_due_at, schema_digest, schema_lacks, known_digest, known_at
  FROM tipline_link
 WHERE is_test = :is_test;

-- name: tipline_link_of_case :opt
-- What « status » said last before a report of this case.
SELECT c.heard_at, c.outcome, c.status, c.code
  FROM tipline f
  JOIN tipline_call c ON c.tipline = f.id
 WHERE f.case_file = :case_file AND f.is_test = :is_test
   AND c.step = 'status' AND c.heard_at IS NOT NULL
 ORDER BY f.id DESC, c.id DESC
 LIMIT 1;

-- name: tipline_link_want :exec
UPDATE tipline_link SET wanted_at = :wanted_at
 WHERE is_test = :is_test AND wanted_at IS NULL;

-- name: tipline_link_status :exec
UPDATE tipline_link
   SET wanted_at = NULL, status_at = :status_at, status_why = :status_why,
       well_at = coalesce(:well_at, well_at)
 WHERE is_test = :is_test;

-- name: tipline_link_schema_failed :exec
UPDATE tipline_link
   SET schema_why = :schema_why, schema_due_at = :schema_due_at
 WHERE is_test = :is_test;

-- name: tipline_link_schema :exec
-- The first one that came is the known one.
UPDATE tipline_link
   SET schema_at = :schema_at, schema_why = '',
       schema_due_at = :schema_due_at, schema_digest = :schema_digest,
       schema_lacks = :schema_lacks,
       known_digest = coalesce(known_digest, :schema_digest),
       known_at = coalesce(known_at, :schema_at)
 WHERE is_test = :is_test;

-- name: tipline_link_known :exec
-- What was looked at is what stands there.
UPDATE tipline_link
   SET known_digest = schema_digest, known_at = :known_at
 WHERE is_test = :is_test AND schema_digest = :schema_digest;

-- name: tipline_late :many
-- On its way or stuck.
SELECT f.id, f.case_file, f.state, f.why, f.begun_at, f.sent_at, c.number
  FROM tipline f
  JOIN case_file c ON c.id = f.case_file
 WHERE f.organisation = :organisation AND f.state IN ('sending', 'stuck')
   AND f.is_test = :is_test
 ORDER BY f.id
 LIMIT 100;
