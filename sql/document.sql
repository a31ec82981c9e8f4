-- Documents beside their medium, and who opened them.

-- name: document_add :exec
INSERT INTO document (medium, pages, tagged, worded)
VALUES (:medium, :pages, :tagged, :worded);

-- name: document_of :opt
SELECT pages, tagged, worded FROM document WHERE medium = :medium;

-- name: document_of_post :many
-- Those of an album that are ready.
SELECT d.medium, d.pages, d.tagged, d.worded
  FROM document d
  JOIN medium m ON m.id = d.medium
 WHERE m.post = :post AND m.state = 'ready'
 ORDER BY m.position, m.id;

-- name: document_open :exec
-- The first time counts.
INSERT INTO document_opened (medium, account, opened_at)
VALUES (:medium, :account, :opened_at)
ON CONFLICT (medium, account) DO NOTHING;

-- name: document_readers :many
-- The families' accounts that opened it, in the order in which they did.
SELECT o.account, o.opened_at, a.name_enc
  FROM document_opened o
  JOIN account a ON a.id = o.account
 WHERE o.medium = :medium
 ORDER BY o.opened_at, o.account;

-- name: document_forget :exec
DELETE FROM document WHERE medium = :medium;

-- name: document_forget_reader :exec
-- An account that is erased.
DELETE FROM document_opened WHERE account = :account;

-- name: document_forget_opened :exec
DELETE FROM document_opened WHERE medium = :medium;
