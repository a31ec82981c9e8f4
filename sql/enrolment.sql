-- The enrolment table: which child is in which group, from when to when.

-- name: enrolment_of_child :many
SELECT e.id AS id, e.activity_group AS activity_group, e.from_on AS from_on,
       e.until_on AS until_on, g.name AS name, s.name AS season_name
  FROM enrolment e
  JOIN activity_group g ON g.id = e.activity_group
  JOIN season s ON s.id = g.season
 WHERE e.child = :child
 ORDER BY e.from_on DESC, e.id;

-- name: enrolment_of_season :many
SELECT e.id AS id, e.child AS child, e.activity_group AS activity_group,
       e.from_on AS from_on, e.until_on AS until_on
  FROM enrolment e
  JOIN activity_group g ON g.id = e.activity_group
 WHERE g.season = :season
 ORDER BY e.id;

-- name: enrolment_by_id :one
SELECT e.id AS id, e.child AS child, e.activity_group AS activity_group,
       e.from_on AS from_on, e.until_on AS until_on
  FROM enrolment e
  JOIN child c ON c.id = e.child
 WHERE e.id = :id AND c.organisation = :organisation;

-- name: enrolment_insert :one
INSERT INTO enrolment (child, activity_group, from_on, until_on)
VALUES (:child, :activity_group, :from_on, :until_on)
RETURNING id;

-- name: enrolment_set :exec
UPDATE enrolment SET from_on = :from_on, until_on = :until_on WHERE id = :id;
