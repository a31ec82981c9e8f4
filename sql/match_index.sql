-- The index that the enabled lists were made into.

-- name: match_index_now :opt
SELECT generation, stamp, entries, built_at, seen_at FROM match_index WHERE id = 1;

-- name: match_index_set :exec
INSERT INTO match_index (id, generation, stamp, entries, built_at, seen_at)
VALUES (1, :generation, :stamp, :entries, :built_at, :seen_at)
ON CONFLICT (id) DO UPDATE
   SET generation = excluded.generation, stamp = excluded.stamp,
       entries = excluded.entries, built_at = excluded.built_at,
       seen_at = excluded.seen_at;

-- name: match_index_list_of :opt
-- The generation of a list whose entries the index numbers.
SELECT list_generation, made_of, entries_file
  FROM match_index_list
 WHERE list = :list;

-- name: match_index_lists :many
SELECT list, list_generation, entries_file FROM match_index_list ORDER BY list;

-- name: match_index_damage_of :opt
-- What is wrong with the file of a list.
SELECT m.damaged
  FROM match_index_list m
  JOIN list l ON l.id = m.list AND l.generation = m.list_generation
 WHERE m.list = :list AND m.damaged <> '';

-- name: match_index_damaged :many
-- Enabled lists of which only a part can be compared.
SELECT m.list, l.name, m.entries_file, m.damaged, m.file_state
  FROM match_index_list m
  JOIN list l ON l.id = m.list AND l.enabled = 1
              AND l.generation = m.list_generation
 WHERE m.damaged <> ''
 ORDER BY m.list;

-- name: match_index_list_clear :exec
DELETE FROM match_index_list WHERE true;

-- name: match_index_list_add :exec
INSERT INTO match_index_list (list, list_generation, made_of, entries_file,
       damaged, file_state)
VALUES (:list, :list_generation, :made_of, :entries_file, :damaged,
       :file_state);

-- name: match_index_restored :one
-- When an entry of a list that was off was last put on again; 0: never.
-- out: at integer
SELECT coalesce(max(on_at), 0) AS at FROM list_entry_off WHERE list = :list;
