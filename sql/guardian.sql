-- The guardian table: the adults of the families, as the roster knows them.

-- name: guardian_by_id :one
SELECT id, organisation, ref_digest, account, name_enc, email_enc, phone_enc,
       lang, created_at
  FROM guardian
 WHERE id = :id AND organisation = :organisation;

-- name: guardian_insert :one
INSERT INTO guardian (organisation, ref_digest, name_enc, email_enc, phone_enc,
       lang, created_at)
VALUES (:organisation, :ref_digest, :name_enc, :email_enc, :phone_enc, :lang,
       :created_at)
RETURNING id;

-- name: guardian_set :exec
UPDATE guardian
   SET ref_digest = :ref_digest, name_enc = :name_enc, email_enc = :email_enc,
       phone_enc = :phone_enc, lang = :lang
 WHERE id = :id AND organisation = :organisation;

-- name: guardian_set_account :exec
-- No row: this person has an account already.
UPDATE guardian SET account = :account WHERE id = :id AND account IS NULL;

-- name: guardian_leave_account :exec
UPDATE guardian SET account = NULL WHERE account = :account;

-- name: guardian_clear_contact :exec
UPDATE guardian SET email_enc = NULL, phone_enc = NULL
 WHERE account = :account;

-- name: guardian_list :many
SELECT id, ref_digest, account, name_enc, email_enc, phone_enc, lang
  FROM guardian
 WHERE organisation = :organisation
 ORDER BY id;

-- name: guardian_to_invite :many
-- in: today integer
-- Who of a group's families has no account yet and may see something.
SELECT g.id AS id, g.name_enc AS name_enc, g.lang AS lang
  FROM guardian g
 WHERE g.organisation = :organisation AND g.account IS NULL
   AND g.id IN (SELECT a.guardian
                  FROM enrolment e
                  JOIN authority a ON a.child = e.child
                 WHERE e.activity_group = :activity_group
                   AND e.until_on >= :today
                   AND a.kind <> 'no_contact' AND a.ended_at IS NULL
                   AND (a.until_on IS NULL OR a.until_on >= :today)
                   AND NOT EXISTS (
                       SELECT 1 FROM authority n
                        WHERE n.guardian = a.guardian AND n.child = a.child
                          AND n.kind = 'no_contact' AND n.ended_at IS NULL
                          AND (n.until_on IS NULL OR n.until_on >= :today)))
 ORDER BY g.id;

-- name: guardian_to_invite_by_group :many
-- in: today integer
-- out: n integer
-- How many those are, for each group that has some.
SELECT e.activity_group AS activity_group, count(DISTINCT a.guardian) AS n
  FROM enrolment e
  JOIN authority a ON a.child = e.child
  JOIN guardian g ON g.id = a.guardian
 WHERE g.organisation = :organisation AND g.account IS NULL
   AND e.until_on >= :today
   AND a.kind <> 'no_contact' AND a.ended_at IS NULL
   AND (a.until_on IS NULL OR a.until_on >= :today)
   AND NOT EXISTS (SELECT 1 FROM authority n
                    WHERE n.guardian = a.guardian AND n.child = a.child
                      AND n.kind = 'no_contact' AND n.ended_at IS NULL
                      AND (n.until_on IS NULL OR n.until_on >= :today))
 GROUP BY e.activity_group;

-- name: guardian_may_be_invited :one
-- in: today integer
-- out: n integer
-- Children that this person may see something of.
SELECT count(*) AS n
  FROM authority a
 WHERE a.guardian = :guardian AND a.kind <> 'no_contact'
   AND a.ended_at IS NULL AND (a.until_on IS NULL OR a.until_on >= :today)
   AND NOT EXISTS (SELECT 1 FROM authority n
                    WHERE n.guardian = a.guardian AND n.child = a.child
                      AND n.kind = 'no_contact' AND n.ended_at IS NULL
                      AND (n.until_on IS NULL OR n.until_on >= :today));

-- name: guardian_without_account :one
-- in: today integer
-- out: n integer
SELECT count(DISTINCT g.id) AS n
  FROM guardian g
  JOIN authority a ON a.guardian = g.id
  JOIN enrolment e ON e.child = a.child
 WHERE g.organisation = :organisation AND g.account IS NULL
   AND a.kind <> 'no_contact' AND a.ended_at IS NULL AND e.until_on >= :today;

-- name: guardian_of_account :opt
SELECT id, name_enc, email_enc, phone_enc FROM guardian
 WHERE account = :account;
