-- Lists of known material: their rows and what each holds of every kind.

-- name: list_insert :one
INSERT INTO list (name, source, agreement, format, takes, hash_kind, scheme,
       categories, created_by, created_at)
VALUES (:name, :source, :agreement, :format, :takes, :hash_kind, :scheme,
       :categories, :created_by, :created_at)
RETURNING id;

-- name: list_all :many
SELECT id, name, source, agreement, format, takes, hash_kind, scheme,
       categories, generation, entries_file, entries, checkpoint, proposed_by,
       proposed_at, enabled, enabled_by, enabled_at, disabled_by, disabled_at,
       disabled_why
  FROM list
 ORDER BY id;

-- name: list_by_name :opt
SELECT id, name, source, agreement, format, takes, hash_kind, scheme,
       categories, generation, entries_file, entries_digest, entries,
       previous_file, checkpoint, proposed_by, enabled, enabled_by, created_at
  FROM list
 WHERE name = :name;

-- name: list_by_id :one
SELECT id, name, source, agreement, format, takes, hash_kind, scheme,
       categories, generation, entries_file, entries_digest, entries,
       previous_file, checkpoint, proposed_by, enabled, enabled_by, created_at
  FROM list
 WHERE id = :id;

-- name: list_enabled :many
-- What an index is built from: enabled lists that have entries.
SELECT id, name, generation, entries_file, entries_digest, entries
  FROM list
 WHERE enabled = 1 AND generation > 0
 ORDER BY id;

-- name: list_set_generation :exec
UPDATE list
   SET generation = :generation, entries_file = :entries_file,
       entries_digest = :entries_digest, entries = :entries,
       previous_file = :previous_file
 WHERE id = :id;

-- name: list_set_checkpoint :exec
UPDATE list SET checkpoint = :checkpoint WHERE id = :id;

-- name: list_propose :exec
-- Of a list that is off: it waits for somebody else.
UPDATE list SET proposed_by = :proposed_by, proposed_at = :proposed_at
 WHERE id = :id AND enabled = 0;

-- name: list_enable :exec
UPDATE list
   SET enabled = 1, enabled_by = :enabled_by, enabled_at = :enabled_at
 WHERE id = :id AND enabled = 0 AND generation > 0
   AND proposed_by <> :enabled_by;

-- name: list_disable :exec
UPDATE list
   SET enabled = 0, disabled_by = :disabled_by, disabled_at = :disabled_at,
       disabled_why = :disabled_why
 WHERE id = :id AND enabled = 1;

-- name: list_kinds :many
SELECT hash_kind, threshold, entries
  FROM list_kind
 WHERE list = :list
 ORDER BY hash_kind;

-- name: list_threshold :opt
SELECT threshold FROM list_kind WHERE list = :list AND hash_kind = :hash_kind;

-- name: list_kind_set :exec
INSERT INTO list_kind (list, hash_kind, threshold)
VALUES (:list, :hash_kind, :threshold)
ON CONFLICT (list, hash_kind) DO UPDATE SET threshold = excluded.threshold;

-- name: list_kind_count :exec
-- The threshold is for a kind that the list did not have before.
INSERT INTO list_kind (list, hash_kind, threshold, entries)
VALUES (:list, :hash_kind, :threshold, :entries)
ON CONFLICT (list, hash_kind) DO UPDATE SET entries = excluded.entries;

-- name: list_files :many
-- Every file of entries that a row names.
SELECT entries_file, previous_file FROM list;

-- name: list_kinds_forget :exec
-- Before the counts of a new generation are set.
UPDATE list_kind SET entries = 0 WHERE list = :list;
