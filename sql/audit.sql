-- The audit table: appended to, never changed.

-- name: audit_last :opt
-- The newest entry of an organisation: the next one is chained to it.
SELECT id, hash
  FROM audit
 WHERE organisation = :organisation
 ORDER BY id DESC
 LIMIT 1;

-- name: audit_newest :opt
SELECT at FROM audit ORDER BY id DESC LIMIT 1;

-- name: audit_hash :opt
-- Is the entry that the head names still the same?
SELECT hash FROM audit WHERE id = :id AND organisation = :organisation;

-- name: audit_next_id :one
-- out: next_id integer
-- The number is part of what is hashed, so it comes before the row.
SELECT coalesce(max(id), 0) + 1 AS next_id FROM audit;

-- name: audit_insert :exec
INSERT INTO audit (id, organisation, at, actor, action, subject_kind, subject,
                   child, activity_group, detail, hash)
VALUES (:id, :organisation, :at, :actor, :action, :subject_kind, :subject,
        :child, :activity_group, :detail, :hash);

-- name: audit_after :many
-- in: after integer
-- in: most integer
-- Oldest first, to verify.
SELECT id, organisation, at, actor, action, subject_kind, subject, child,
       activity_group, detail, hash
  FROM audit
 WHERE organisation = :organisation AND id > :after
 ORDER BY id
 LIMIT :most;

-- name: audit_lately :many
-- in: near integer
-- in: since integer
-- Whom the same deed of the same person was written down for a moment ago, as
-- far as it stands among the last entries.
SELECT child, activity_group
  FROM audit
 WHERE organisation = :organisation
   AND id > (SELECT max(id) FROM audit) - :near
   AND at >= :since AND actor = :actor AND action = :action
   AND subject_kind = :subject_kind AND subject = :subject;

-- name: audit_organisations :many
SELECT id FROM organisation ORDER BY id;

-- name: audit_page :many
-- in: before integer
-- in: most integer
-- The register of the director, newest first; before: the last id of the page
-- above, or a large number.  Without account: name_enc is NULL.
SELECT a.id, a.at, a.actor, p.name_enc, p.role, p.kind, a.action,
       a.subject_kind, a.subject, a.child, a.activity_group, a.detail
  FROM audit a
  LEFT JOIN account p ON p.id = a.actor
 WHERE a.organisation = :organisation AND a.id < :before
 ORDER BY a.id DESC
 LIMIT :most;

-- name: audit_by_child :many
-- in: before integer
-- in: today integer
-- in: most integer
-- out: id integer
-- out: at integer
-- out: actor integer
-- out: name_enc blob
-- out: role text
-- out: action text
-- out: subject_kind text
-- out: subject integer
-- out: activity_group integer
-- out: detail text
-- What the team did that concerns one child, newest first: entries about the
-- child itself, and those about a group in which it is enrolled today, from
-- the day on which it came.  Entries of families are not shown to families, but
-- for the pictures of the child that somebody took home.
SELECT a.id AS id, a.at AS at, a.actor AS actor, p.name_enc AS name_enc,
       p.role AS role, a.action AS action, a.subject_kind AS subject_kind,
       a.subject AS subject, a.activity_group AS activity_group,
       a.detail AS detail
  FROM audit a
  JOIN account p ON p.id = a.actor
                AND (p.kind = 'staff' OR a.action = 'memories-taken')
 WHERE a.organisation = :organisation AND a.child = :child AND a.child <> 0
   AND a.id < :before
UNION
SELECT a.id, a.at, a.actor, p.name_enc, p.role, a.action, a.subject_kind,
       a.subject, a.activity_group, a.detail
  FROM enrolment e
  JOIN audit a ON a.activity_group = e.activity_group
  JOIN account p ON p.id = a.actor AND p.kind = 'staff'
 WHERE e.child = :child AND e.from_on <= :today AND e.until_on >= :today
   AND a.activity_group <> 0 AND a.child IN (0, :child)
   AND a.organisation = :organisation AND a.at >= (e.from_on - 1) * 86400
   AND a.id < :before
 ORDER BY id DESC
 LIMIT :most;

-- name: audit_anchor_get :opt
SELECT entry, hash, entries, seal FROM audit_anchor
 WHERE organisation = :organisation;

-- name: audit_anchor_set :exec
INSERT INTO audit_anchor (organisation, entry, hash, entries, seal, ended_at)
VALUES (:organisation, :entry, :hash, :entries, :seal, :ended_at)
ON CONFLICT (organisation)
DO UPDATE SET entry = excluded.entry, hash = excluded.hash,
              entries = excluded.entries, seal = excluded.seal,
              ended_at = excluded.ended_at;

-- name: audit_forget :exec
-- in: upto integer
DELETE FROM audit WHERE organisation = :organisation AND id <= :upto;
