-- Imports of lists: each attempt, and what could not be read.

-- name: list_import_insert :one
INSERT INTO list_import (list, outcome, reason, imported_by, imported_at,
       file_digest, file_bytes, generation, accepted, malformed, skipped,
       tombstones, added, removed, checkpoint)
VALUES (:list, :outcome, :reason, :imported_by, :imported_at,
       :file_digest, :file_bytes, :generation, :accepted, :malformed, :skipped,
       :tombstones, :added, :removed, :checkpoint)
RETURNING id;

-- name: list_import_last :opt
-- The newest of a list that was not refused.
SELECT id, outcome, imported_by, imported_at, file_digest, file_bytes,
       generation, accepted, malformed, skipped, tombstones, added, removed,
       checkpoint
  FROM list_import
 WHERE list = :list AND outcome <> 'refused'
 ORDER BY id DESC
 LIMIT 1;

-- name: list_import_recent :many
SELECT id, outcome, reason, imported_by, imported_at, file_digest, file_bytes,
       generation, accepted, malformed, skipped, tombstones, added, removed,
       checkpoint
  FROM list_import
 WHERE list = :list
 ORDER BY id DESC
 LIMIT 20;

-- name: list_malformed_insert :exec
INSERT INTO list_malformed (list_import, file_number, line, file_offset, reason)
VALUES (:list_import, :file_number, :line, :file_offset, :reason);

-- name: list_malformed_of :many
SELECT file_number, line, file_offset, reason
  FROM list_malformed
 WHERE list_import = :list_import
 ORDER BY id;
