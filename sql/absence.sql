-- The absence table: who does not come, or comes late, see life/absence.h.

-- name: absence_days :many
-- When and in which groups a child is enrolled, of those days.
-- in: until_day integer
-- in: from_day integer
SELECT e.activity_group, e.from_on, e.until_on
  FROM enrolment e
  JOIN child c ON c.id = e.child
 WHERE e.child = :child AND c.organisation = :organisation
   AND c.erased_at IS NULL
   AND e.from_on <= :until_day AND e.until_on >= :from_day
 ORDER BY e.id
 LIMIT 50;

-- name: absence_set :exec
INSERT INTO absence (organisation, child, day_on, kind, reason_enc, told_by,
                     caller, told_at)
VALUES (:organisation, :child, :day_on, :kind, :reason_enc, :told_by, :caller,
        :told_at)
ON CONFLICT (child, day_on)
DO UPDATE SET kind = excluded.kind, reason_enc = excluded.reason_enc,
              told_by = excluded.told_by, caller = excluded.caller,
              told_at = excluded.told_at;

-- name: absence_of_child :many
-- From that day on.
SELECT x.day_on, x.kind, x.reason_enc, x.told_at, x.told_by, x.caller,
       a.kind AS teller
  FROM absence x
  JOIN account a ON a.id = x.told_by
 WHERE x.child = :child AND x.day_on >= :day_on
 ORDER BY x.day_on
 LIMIT 100;

-- name: absence_of_group :many
-- in: day integer
-- Of the children who are in a group on that day.
SELECT DISTINCT x.child, x.kind, x.reason_enc, x.told_at, c.key_wrapped,
       a.name_enc AS teller_name_enc, g.name_enc AS caller_name_enc
  FROM enrolment e
  JOIN child c ON c.id = e.child
  JOIN absence x ON x.child = e.child AND x.day_on = :day
  JOIN account a ON a.id = x.told_by
  LEFT JOIN guardian g ON g.id = x.caller
 WHERE e.activity_group = :activity_group
   AND c.organisation = :organisation AND c.erased_at IS NULL
   AND e.from_on <= :day AND e.until_on >= :day
 ORDER BY x.child;

-- name: absence_counts :many
-- out: n integer
-- How many of each group, on a day.
SELECT e.activity_group, x.kind, count(DISTINCT x.child) AS n
  FROM absence x
  JOIN enrolment e ON e.child = x.child
                  AND e.from_on <= x.day_on AND e.until_on >= x.day_on
 WHERE x.organisation = :organisation AND x.day_on = :day_on
   AND x.kind <> 'none'
 GROUP BY e.activity_group, x.kind
 ORDER BY e.activity_group;

-- name: absence_callers :many
-- in: today integer
-- The adults who may tell an absence of a child: 8, see people/authority.h.
SELECT DISTINCT g.id, g.account, g.name_enc
  FROM authority u
  JOIN guardian g ON g.id = u.guardian
 WHERE u.child = :child AND g.organisation = :organisation
   AND u.ended_at IS NULL AND u.from_on <= :today
   AND (u.until_on IS NULL OR u.until_on >= :today)
   AND (u.kind IN ('parental', 'tutor')
        OR (u.kind = 'relative' AND (u.rights & 8) <> 0))
   AND NOT EXISTS (SELECT 1 FROM authority n
                    WHERE n.guardian = u.guardian AND n.child = u.child
                      AND n.kind = 'no_contact' AND n.ended_at IS NULL
                      AND n.from_on <= :today
                      AND (n.until_on IS NULL OR n.until_on >= :today))
 ORDER BY g.id;

-- name: absence_forget_child :exec
-- in: erasure_token blob
DELETE FROM absence
 WHERE child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);

-- name: absence_purge :exec
-- in: before integer
-- in: most integer
-- Of days before that one, unless a season of the child's that it was in ended
-- later, or the child is held.
DELETE FROM absence
 WHERE id IN (
   SELECT x.id FROM absence x
    WHERE x.organisation = :organisation AND x.day_on < :before
      AND NOT EXISTS (SELECT 1
                        FROM enrolment e
                        JOIN activity_group g ON g.id = e.activity_group
                        JOIN season s ON s.id = g.season
                       WHERE e.child = x.child
                         AND s.from_on <= x.day_on
                         AND s.until_on >= :before)
      AND NOT EXISTS (SELECT 1 FROM hold_order h
                       WHERE h.subject_kind = 'child' AND h.subject = x.child
                         AND h.released_at IS NULL)
    LIMIT :most);
