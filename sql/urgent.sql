-- Urgent messages, see tell/urgent.h.

-- name: urgent_insert :one
INSERT INTO urgent (organisation, activity_group, day_on, text_enc, author,
                    written_at, until_at)
SELECT g.organisation, g.id, :day_on, :text_enc, :author, :written_at, :until_at
  FROM activity_group g
 WHERE g.id = :activity_group AND g.organisation = :organisation
RETURNING id;

-- name: urgent_by_id :opt
SELECT u.id AS id, u.activity_group AS activity_group, u.day_on AS day_on,
       u.text_enc AS text_enc, u.author AS author, u.written_at AS written_at,
       u.second AS second, u.second_at AS second_at, u.until_at AS until_at,
       u.ended_at AS ended_at, g.name AS group_name,
       a.name_enc AS author_enc, b.name_enc AS second_enc
  FROM urgent u
  JOIN activity_group g ON g.id = u.activity_group
  JOIN account a ON a.id = u.author
  LEFT JOIN account b ON b.id = u.second
 WHERE u.id = :id AND u.organisation = :organisation;

-- name: urgent_list :many
-- in: since integer
SELECT u.id AS id, u.activity_group AS activity_group, u.day_on AS day_on,
       u.text_enc AS text_enc, u.author AS author, u.written_at AS written_at,
       u.second AS second, u.second_at AS second_at, u.until_at AS until_at,
       u.ended_at AS ended_at, g.name AS group_name,
       a.name_enc AS author_enc, b.name_enc AS second_enc
  FROM urgent u
  JOIN activity_group g ON g.id = u.activity_group
  JOIN account a ON a.id = u.author
  LEFT JOIN account b ON b.id = u.second
 WHERE u.organisation = :organisation AND u.until_at > :since
 ORDER BY u.id DESC
 LIMIT 50;

-- name: urgent_approve :exec
-- No row: it was approved, taken back, is over, or is this person's own.
UPDATE urgent SET second = :second, second_at = :second_at
 WHERE id = :id AND organisation = :organisation AND second IS NULL
   AND ended_at IS NULL AND author <> :second AND until_at > :second_at;

-- name: urgent_end :exec
UPDATE urgent SET ended_by = :ended_by, ended_at = :ended_at
 WHERE id = :id AND organisation = :organisation AND ended_at IS NULL;

-- name: urgent_of_group :many
-- in: now integer
SELECT id, day_on, text_enc, second_at, until_at FROM urgent
 WHERE activity_group = :activity_group AND until_at > :now
   AND second_at IS NOT NULL AND ended_at IS NULL
 ORDER BY until_at, id;

-- name: urgent_recipients :many
-- out: absent integer
-- Adults who decide for a child of the group, that day; absent: every child of
-- theirs in it is said not to come.
-- in: day integer
SELECT g.id AS guardian, g.account AS account, g.name_enc AS name_enc,
       g.phone_enc AS phone_enc, a.phone_enc AS account_phone_enc,
       a.state AS account_state, u.child AS child,
       c.key_wrapped AS key_wrapped, c.first_enc AS first_enc,
       c.last_enc AS last_enc,
       (SELECT count(*) FROM absence b
         WHERE b.child = u.child AND b.day_on = :day AND b.kind = 'absent') AS absent
  FROM enrolment e
  JOIN authority u ON u.child = e.child AND u.ended_at IS NULL
   AND u.kind IN ('parental', 'tutor') AND u.from_on <= :day
   AND (u.until_on IS NULL OR u.until_on >= :day)
  JOIN child c ON c.id = e.child AND c.erased_at IS NULL
  JOIN guardian g ON g.id = u.guardian
  LEFT JOIN account a ON a.id = g.account
 WHERE e.activity_group = :activity_group AND e.from_on <= :day
   AND e.until_on >= :day
   AND NOT EXISTS (SELECT 1 FROM authority n
                    WHERE n.guardian = u.guardian AND n.child = u.child
                      AND n.kind = 'no_contact' AND n.ended_at IS NULL
                      AND n.from_on <= :day
                      AND (n.until_on IS NULL OR n.until_on >= :day))
 ORDER BY g.id, u.child;

-- name: urgent_messages :many
SELECT account, state, why, status FROM message
 WHERE urgent = :urgent AND kind = 'urgent'
 ORDER BY account;
