-- Comparing all stored media with lists that changed.

-- name: rescan_add :exec
-- From the beginning, also when one was under way.
INSERT INTO rescan (list, begun_at)
VALUES (:list, :begun_at)
ON CONFLICT (list) DO UPDATE
   SET hash_kind = 0, medium = 0, pipeline = 0, hypothesis = 0, frame = 0,
       hashes = 0, stopped = 0, begun_at = excluded.begun_at, done_at = NULL;

-- name: rescan_drop_gone :exec
-- Of lists that are in the index no more.
DELETE FROM rescan
 WHERE NOT EXISTS (SELECT 1 FROM match_index_list m WHERE m.list = rescan.list);

-- name: rescan_open :many
-- The furthest first; those that stand where it stands go on together with it.
SELECT list, hash_kind, medium, pipeline, hypothesis, frame, hashes, stopped,
       begun_at
  FROM rescan
 WHERE done_at IS NULL
 ORDER BY hash_kind DESC, medium DESC, pipeline DESC, hypothesis DESC,
          frame DESC, list;

-- name: rescan_kind_after :one
-- The next kind of stored hash that these lists can hit: a frame of a listed
-- video (33) is hit by a picture's PDQ (1).
-- out: next integer
SELECT min(CASE k.hash_kind WHEN 33 THEN 1 ELSE k.hash_kind END) AS next
  FROM rescan r
  JOIN list_kind k ON k.list = r.list
 WHERE r.done_at IS NULL
   AND CASE k.hash_kind WHEN 33 THEN 1 ELSE k.hash_kind END > :hash_kind;

-- name: rescan_forward :exec
UPDATE rescan
   SET hash_kind = :hash_kind, medium = :medium, pipeline = :pipeline,
       hypothesis = :hypothesis, frame = :frame, hashes = :hashes,
       stopped = :stopped
 WHERE list = :list AND done_at IS NULL;

-- name: rescan_done :exec
UPDATE rescan SET done_at = :done_at WHERE list = :list;

-- name: rescan_all :many
SELECT r.list, l.name, r.hashes, r.stopped, r.begun_at, r.done_at
  FROM rescan r
  JOIN list l ON l.id = r.list
 ORDER BY r.list;

-- name: rescan_hash_of :many
-- What a medium is compared by, one kind.
SELECT pipeline, hypothesis, frame, quality, hash
  FROM medium_hash
 WHERE medium = :medium AND hash_kind = :hash_kind
 ORDER BY pipeline, hypothesis, frame;
