-- The staff_group table: which staff work with which group.

-- name: staff_group_insert :exec
INSERT INTO staff_group (account, activity_group, given_by, given_at)
VALUES (:account, :activity_group, :given_by, :given_at)
    ON CONFLICT (account, activity_group) DO NOTHING;

-- name: staff_group_delete :exec
DELETE FROM staff_group
 WHERE account = :account AND activity_group = :activity_group;

-- name: staff_group_of_account :many
SELECT g.id AS id, g.name AS name, g.season AS season, g.closed_at AS closed_at
  FROM staff_group t
  JOIN activity_group g ON g.id = t.activity_group
 WHERE t.account = :account
 ORDER BY g.name, g.id;

-- name: staff_group_list :many
SELECT t.account AS account, t.activity_group AS activity_group,
       g.name AS name
  FROM staff_group t
  JOIN activity_group g ON g.id = t.activity_group
 WHERE g.organisation = :organisation
 ORDER BY t.account, g.name;

-- name: staff_group_has :one
-- out: n integer
SELECT count(*) AS n
  FROM staff_group
 WHERE account = :account AND activity_group = :activity_group;

-- name: staff_group_has_child :one
-- in: today integer
-- out: n integer
-- Does this person work with a group that the child is in.
SELECT count(*) AS n
  FROM staff_group t
  JOIN enrolment e ON e.activity_group = t.activity_group
 WHERE t.account = :account AND e.child = :child AND e.until_on >= :today;
