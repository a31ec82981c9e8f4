-- The invitation table: a letter or a link, for one person, once.

-- name: invitation_by_code :opt
SELECT id, organisation, guardian, staff_role, name_enc, created_by,
       expires_at, used_at, revoked_at
  FROM invitation
 WHERE code_digest = :code_digest;

-- name: invitation_insert :one
INSERT INTO invitation (organisation, code_digest, guardian, staff_role,
       name_enc, created_by, created_at, expires_at)
VALUES (:organisation, :code_digest, :guardian, :staff_role, :name_enc,
       :created_by, :created_at, :expires_at)
RETURNING id;

-- name: invitation_use :exec
-- in: now integer
-- No row: somebody was faster, or it ended.
UPDATE invitation SET used_at = :now, used_by = :used_by
 WHERE id = :id AND used_at IS NULL AND revoked_at IS NULL
   AND expires_at > :now;

-- name: invitation_revoke :exec
UPDATE invitation SET revoked_at = :revoked_at
 WHERE id = :id AND organisation = :organisation AND used_at IS NULL
   AND revoked_at IS NULL;

-- name: invitation_revoke_of_guardian :exec
UPDATE invitation SET revoked_at = :revoked_at
 WHERE guardian = :guardian AND used_at IS NULL AND revoked_at IS NULL;

-- name: invitation_of_staff :many
-- in: now integer
-- Links that may still be used.
SELECT id, staff_role, name_enc, created_at, expires_at
  FROM invitation
 WHERE organisation = :organisation AND staff_role IS NOT NULL
   AND used_at IS NULL AND revoked_at IS NULL AND expires_at > :now
 ORDER BY id;
