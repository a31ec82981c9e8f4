-- The index that the enabled lists were made into.

-- name: match_index_now :opt
SELECT generation, stamp, entries, built_at FROM match_index WHERE id = 1;

-- name: match_index_set :exec
INSERT INTO match_index (id, generation, stamp, entries, built_at)
VALUES (1, :generation, :stamp, :entries, :built_at)
ON CONFLICT (id) DO UPDATE
   SET generation = excluded.generation, stamp = excluded.stamp,
       entries = excluded.entries, built_at = excluded.built_at;

-- name: match_index_list_of :opt
-- The generation of a list whose entries the index numbers.
SELECT list_generation, made_of FROM match_index_list WHERE list = :list;

-- name: match_index_list_clear :exec
DELETE FROM match_index_list WHERE true;

-- name: match_index_list_add :exec
INSERT INTO match_index_list (list, list_generation, made_of)
VALUES (:list, :list_generation, :made_of);

-- name: match_index_restored :one
-- When an entry of a list that was off was last put on again; 0: never.
-- out: at integer
SELECT coalesce(max(on_at), 0) AS at FROM list_entry_off WHERE list = :list;
