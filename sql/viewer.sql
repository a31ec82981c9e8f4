-- Who asks: read once per request, from whatever tables know the person.

-- name: viewer_account :opt
-- out: silenced integer
-- out: apart integer
-- out: decided integer
-- silenced, apart: what a case took from this account; decided: something that
-- it has not read yet (report/statement.h).
SELECT a.kind, a.role, a.state, a.lang, a.name_enc, g.id AS guardian, o.lined,
       CASE WHEN EXISTS (SELECT 1 FROM statement s
                          WHERE s.account = a.id AND s.step = 'publish'
                            AND s.lifted_at IS NULL)
            THEN 1 ELSE 0 END AS silenced,
       CASE WHEN EXISTS (SELECT 1 FROM statement s
                          WHERE s.account = a.id AND s.step = 'children'
                            AND s.lifted_at IS NULL)
            THEN 1 ELSE 0 END AS apart,
       CASE WHEN EXISTS (SELECT 1 FROM statement s
                          WHERE s.account = a.id AND s.told_at IS NOT NULL
                            AND s.seen_at IS NULL)
            THEN 1 ELSE 0 END AS decided
  FROM account a
  JOIN organisation o ON o.id = a.organisation
  LEFT JOIN guardian g ON g.account = a.id
 WHERE a.id = :account AND a.organisation = :organisation;

-- name: viewer_family :many
-- One row per right in force and enrolment that has begun, so that an order
-- of no contact also reaches the groups that the child has left.
-- in: today integer
SELECT u.kind, u.rights, u.child, c.erased_at, c.key_wrapped, c.first_enc,
       e.activity_group, e.until_on
  FROM authority u
  JOIN child c ON c.id = u.child
  LEFT JOIN enrolment e ON e.child = u.child AND e.from_on <= :today
 WHERE u.guardian = :guardian
   AND u.from_on <= :today
   AND (u.until_on IS NULL OR u.until_on >= :today)
   AND u.ended_at IS NULL
 ORDER BY u.child;

-- name: viewer_staff :many
SELECT activity_group
  FROM staff_group
 WHERE account = :account;
