-- What is kept about a person and her children beside what other tables' own
-- statements give, see web/mine.h.

-- name: mine_messages :many
SELECT kind, state, made_at FROM message
 WHERE account = :account
 ORDER BY made_at DESC, id DESC
 LIMIT 100;

-- name: mine_opened :many
-- Documents that the account opened.
SELECT p.title_enc, o.opened_at
  FROM document_opened o
  JOIN medium m ON m.id = o.medium
  JOIN post p ON p.id = m.post
 WHERE o.account = :account
 ORDER BY o.opened_at
 LIMIT 100;

-- name: mine_answers :many
-- Notices that were read or signed for a child.
SELECT w.acted_at, n.sign, t.title_fr_enc, t.title_en_enc,
       g.name_enc AS guardian_enc
  FROM notice_answer w
  JOIN notice n ON n.post = w.post
  JOIN notice_text t ON t.post = w.post AND t.version = w.version
  JOIN guardian g ON g.id = w.guardian
 WHERE w.child = :child
 ORDER BY w.acted_at
 LIMIT 100;

-- name: mine_choices :many
-- What was chosen or is brought for a child.
SELECT a.answered_at, a.n, i.kind, l.fr_enc, l.en_enc
  FROM item_answer a
  JOIN item i ON i.post = a.post
  JOIN item_line l ON l.id = a.line
 WHERE a.child = :child
 ORDER BY a.answered_at
 LIMIT 100;

-- name: mine_entries :many
-- in: now integer
-- What was told about a child alone.
SELECT i.kind, i.from_on, i.fr_enc, i.en_enc, c.key_wrapped
  FROM item i
  JOIN post p ON p.id = i.post
  JOIN child c ON c.id = i.child
 WHERE i.child = :child AND p.state = 'published'
   AND p.publish_at <= :now
 ORDER BY i.from_on
 LIMIT 100;

-- name: mine_origins :many
-- From where this account sent files, the newest first.
SELECT created_at, from_enc FROM medium
 WHERE uploader = :uploader AND from_enc IS NOT NULL
 ORDER BY id DESC
 LIMIT 200;
