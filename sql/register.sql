-- The pictures that an organisation does not want back.

-- name: register_known :opt
SELECT id
  FROM register_entry
 WHERE organisation = :organisation AND hash_kind = :hash_kind
   AND entry_value = :entry_value AND off_at IS NULL;

-- name: register_insert :exec
INSERT INTO register_entry (organisation, hash_kind, entry_value,
                            withdrawn_medium, entered_by, entered_at,
                            expires_at)
VALUES (:organisation, :hash_kind, :entry_value, :withdrawn_medium,
        :entered_by, :entered_at, :expires_at);

-- name: register_live :many
-- in: now integer
SELECT id, entry_value, entered_at
  FROM register_entry
 WHERE organisation = :organisation AND hash_kind = :hash_kind
   AND off_at IS NULL AND expires_at > :now
 ORDER BY id;

-- name: register_expire :exec
-- in: now integer
-- in: most integer
DELETE FROM register_entry
 WHERE id IN (SELECT r.id FROM register_entry r
               WHERE r.organisation = :organisation AND r.expires_at <= :now
               LIMIT :most);
