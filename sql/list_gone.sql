-- What the sources of lists withdrew.

-- name: list_gone_add :exec
INSERT INTO list_gone (list, digest, withdrawn_at)
VALUES (:list, :digest, :withdrawn_at)
ON CONFLICT (list, digest) DO UPDATE
   SET withdrawn_at = CASE
         WHEN list_gone.withdrawn_at > excluded.withdrawn_at
         THEN list_gone.withdrawn_at ELSE excluded.withdrawn_at END;

-- name: list_gone_of :opt
SELECT withdrawn_at FROM list_gone WHERE list = :list AND digest = :digest;

-- name: list_gone_any :opt
SELECT withdrawn_at FROM list_gone WHERE list = :list LIMIT 1;
