-- The authority table: who stands how to whom, from when to when.

-- name: authority_of_child :many
SELECT a.id AS id, a.guardian AS guardian, a.kind AS kind, a.rights AS rights,
       a.from_on AS from_on, a.until_on AS until_on,
       a.document_enc AS document_enc, a.ended_at AS ended_at,
       g.name_enc AS name_enc, g.email_enc AS email_enc,
       g.phone_enc AS phone_enc, g.lang AS lang, g.account AS account
  FROM authority a
  JOIN guardian g ON g.id = a.guardian
 WHERE a.child = :child
 ORDER BY a.ended_at IS NOT NULL, a.id;

-- name: authority_list :many
-- All that stand, for comparing with a sheet.
SELECT a.id AS id, a.guardian AS guardian, a.child AS child, a.kind AS kind,
       a.rights AS rights, a.from_on AS from_on, a.until_on AS until_on,
       a.document_enc AS document_enc
  FROM authority a
  JOIN child c ON c.id = a.child
 WHERE c.organisation = :organisation AND a.ended_at IS NULL
 ORDER BY a.id;

-- name: authority_by_id :one
SELECT a.id AS id, a.guardian AS guardian, a.child AS child, a.kind AS kind,
       a.rights AS rights, a.from_on AS from_on, a.until_on AS until_on,
       a.ended_at AS ended_at
  FROM authority a
  JOIN child c ON c.id = a.child
 WHERE a.id = :id AND c.organisation = :organisation;

-- name: authority_insert :one
-- The same again after it was ended stands again, with what is said now.
INSERT INTO authority (guardian, child, kind, rights, from_on, until_on,
       document_enc, created_at)
VALUES (:guardian, :child, :kind, :rights, :from_on, :until_on, :document_enc,
       :created_at)
    ON CONFLICT (guardian, child, kind, from_on) DO UPDATE
   SET rights = excluded.rights, until_on = excluded.until_on,
       document_enc = excluded.document_enc, ended_at = NULL
RETURNING id;

-- name: authority_set :exec
UPDATE authority
   SET rights = :rights, from_on = :from_on, until_on = :until_on,
       document_enc = :document_enc
 WHERE id = :id AND ended_at IS NULL;

-- name: authority_end :exec
UPDATE authority SET ended_at = :ended_at
 WHERE id = :id AND ended_at IS NULL;
