-- Things on shelves: one statement of each kind.
-- A second line of what the header says */ about the file.

-- name: sample_insert :one
-- in: name text
INSERT INTO item (shelf, name, cover, weight)
VALUES (:shelf, :name, :cover, :weight)
RETURNING id;

-- name: sample_by_id :one
-- The thing itself; NULL where nobody weighed it.
-- row: item
SELECT id, shelf, name, cover, weight FROM item WHERE id = :id;

-- name: sample_by_name :opt
-- in: name text
-- row: item
SELECT id, shelf, name, cover, weight
  FROM item
 WHERE name = :name; -- unique

-- Between two statements a comment belongs to nobody.

-- name: sample_on_shelf :many
-- in: most integer
-- row: item
SELECT i.id, i.shelf, i.name, i.cover, i.weight
  FROM item i
 WHERE i.shelf = :shelf AND /* a
   long way off */ i.name <> 'it''s :not a "parameter"; \ no'
 ORDER BY i.id
 LIMIT :most;

-- name: sample_weights :many
-- in: heavier_than integer
-- out: things integer
-- out: label text
SELECT shelf, count(*) AS things, max(name) AS label
  FROM item
 WHERE weight > :heavier_than
 GROUP BY shelf
 ORDER BY shelf;

-- name: sample_move :exec
-- in: from_shelf integer
UPDATE item SET shelf = :shelf WHERE shelf = :from_shelf OR id = :id;

-- name: sample_clear :exec
DELETE FROM item WHERE true;
