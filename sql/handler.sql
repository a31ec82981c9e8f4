-- Who looks into what was stopped.

-- name: handler_staff :many
-- in: today integer
-- out: handles integer
-- Every active member of the staff, and whether she handles what is stopped; a
-- contact from outside reads reports and nothing else.  What the register says
-- of her has its days (report/roll.h).
SELECT a.id, a.role, a.name_enc,
       CASE WHEN EXISTS (
              SELECT 1 FROM handler o
               WHERE o.account = a.id AND o.ended_at IS NULL
                 AND o.standing = 'outside')
            THEN 0
            WHEN EXISTS (
              SELECT 1 FROM handler_entry r
               WHERE r.id = (SELECT max(n.id) FROM handler_entry n
                              WHERE n.account = a.id)
                 AND (r.begins_on > :today OR r.ends_on < :today
                      OR r.checked_until_on < :today
                      OR r.trained_until_on < :today))
            THEN 0
            WHEN a.role = 'safeguarding' OR EXISTS (
              SELECT 1 FROM handler h
               WHERE h.account = a.id AND h.ended_at IS NULL
                 AND h.checked_until_on >= :today)
            THEN 1 ELSE 0 END AS handles
  FROM account a
 WHERE a.organisation = :organisation AND a.kind = 'staff'
   AND a.state = 'active'
 ORDER BY a.id;

-- name: handler_list :many
SELECT h.id, h.account, h.named_at, h.checked_until_on, h.standing, a.name_enc
  FROM handler h
  JOIN account a ON a.id = h.account
 WHERE h.organisation = :organisation AND h.ended_at IS NULL
 ORDER BY h.id;

-- name: handler_add :one
INSERT INTO handler (organisation, account, named_by, named_at,
                     checked_until_on, standing)
VALUES (:organisation, :account, :named_by, :named_at, :checked_until_on,
        :standing)
RETURNING id;

-- name: handler_end :exec
UPDATE handler SET ended_at = :ended_at, ended_by = :ended_by
 WHERE id = :id AND organisation = :organisation AND ended_at IS NULL;

-- name: handler_end_account :exec
UPDATE handler SET ended_at = :ended_at, ended_by = :ended_by
 WHERE account = :account AND ended_at IS NULL;

-- name: handler_account :one
SELECT account FROM handler
 WHERE id = :id AND organisation = :organisation AND ended_at IS NULL;
