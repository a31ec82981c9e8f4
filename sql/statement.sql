-- What cases decide about people, see report/statement.h.

-- name: statement_add :one
-- in: number text
INSERT INTO statement (organisation, case_file, account, number, step, ground,
                       rule_enc, words_enc, made_by, made_at, until_on, told_at,
                       kept_enc, code_digest)
VALUES (:organisation, :case_file, :account, :number, :step, :ground, :rule_enc,
        :words_enc, :made_by, :made_at, :until_on, :told_at, :kept_enc,
        :code_digest)
RETURNING id;

-- name: statement_by_case :many
-- row: statement
SELECT s.id, s.case_file, s.account, s.number, s.step, s.ground, s.rule_enc,
       s.words_enc, s.made_by, s.made_at, s.until_on, s.told_at, s.kept_enc,
       s.seen_at, s.lifted_at, s.appeal_at, s.appeal_enc, s.answered_at,
       s.answer, s.answer_enc, c.category, a.name_enc
  FROM statement s
  JOIN case_file c ON c.id = s.case_file
  JOIN account a ON a.id = s.account
 WHERE s.case_file = :case_file
 ORDER BY s.id;

-- name: statement_by_account :many
-- row: statement
SELECT s.id, s.case_file, s.account, s.number, s.step, s.ground, s.rule_enc,
       s.words_enc, s.made_by, s.made_at, s.until_on, s.told_at, s.kept_enc,
       s.seen_at, s.lifted_at, s.appeal_at, s.appeal_enc, s.answered_at,
       s.answer, s.answer_enc, c.category, a.name_enc
  FROM statement s
  JOIN case_file c ON c.id = s.case_file
  JOIN account a ON a.id = s.account
 WHERE s.account = :account
 ORDER BY s.id DESC;

-- name: statement_of_code :opt
SELECT id, account FROM statement WHERE code_digest = :code_digest;

-- name: statement_see :exec
UPDATE statement SET seen_at = :seen_at WHERE id = :id AND seen_at IS NULL;

-- name: statement_tell :exec
UPDATE statement SET told_at = :told_at WHERE id = :id AND told_at IS NULL;

-- name: statement_lift :exec
UPDATE statement SET lifted_at = :lifted_at WHERE id = :id AND lifted_at IS NULL;

-- name: statement_appeal :exec
UPDATE statement SET appeal_at = :appeal_at, appeal_enc = :appeal_enc
 WHERE id = :id AND appeal_at IS NULL AND told_at IS NOT NULL;

-- name: statement_answer :exec
UPDATE statement
   SET answered_by = :answered_by, answered_at = :answered_at, answer = :answer,
       answer_enc = :answer_enc
 WHERE id = :id AND appeal_at IS NOT NULL AND answered_at IS NULL;

-- name: statement_stops :one
-- out: n integer
-- Which of those in force keep this account from signing in.
SELECT count(*) AS n FROM statement
 WHERE account = :account AND step IN ('suspend', 'close')
   AND lifted_at IS NULL;

-- name: statement_second :one
-- in: actor integer
-- in: case_file integer
-- in: known integer
-- in: account integer
-- out: others integer
-- out: own integer
-- What keeps this account from its duties: others: in force, decided in this
-- case by somebody else than the actor; own: by the actor, of late.
SELECT coalesce(sum(CASE WHEN s.made_by <> :actor
                          AND s.case_file = :case_file
                          AND s.lifted_at IS NULL THEN 1 ELSE 0 END), 0) AS others,
       coalesce(sum(CASE WHEN s.made_by = :actor
                          AND s.made_at >= :known THEN 1 ELSE 0 END), 0) AS own
  FROM statement s
 WHERE s.account = :account
   AND s.step IN ('publish', 'children', 'suspend', 'close');

-- name: statement_over :many
-- in: today integer
SELECT id, organisation, case_file, account, step, until_on
  FROM statement
 WHERE lifted_at IS NULL AND until_on IS NOT NULL AND until_on < :today
 ORDER BY id
 LIMIT 50;

-- name: statement_to_close :many
-- in: before integer
-- Nobody can appeal any more, and nobody has, or the answer was no.
SELECT s.id, s.organisation, s.case_file, s.account
  FROM statement s
  JOIN account a ON a.id = s.account
 WHERE s.step = 'close' AND s.lifted_at IS NULL AND s.told_at < :before
   AND a.state = 'suspended'
   AND (s.appeal_at IS NULL OR s.answer = 'upheld')
 ORDER BY s.told_at
 LIMIT 50;
