-- Signed papers and the pictures of them, see sharing/paper.h.

-- name: consent_paper_find :opt
SELECT p.id AS post
  FROM consent_paper k
  JOIN post p ON p.paper = k.id
 WHERE k.child = :child AND k.signed_on = :signed_on AND k.witness = :witness
   AND k.guardian IS NOT DISTINCT FROM :guardian;

-- name: consent_paper_insert :one
INSERT INTO consent_paper (organisation, child, guardian, signed_on, witness,
                           entered_at)
VALUES (:organisation, :child, :guardian, :signed_on, :witness, :entered_at)
RETURNING id;

-- name: consent_paper_post :one
-- kind is a word of albums; paper says that it is none.
INSERT INTO post (organisation, kind, author, state, title_enc, body_enc,
                  day_on, created_at, changed_at, paper)
VALUES (:organisation, 'album', :author, 'draft', :title_enc, :body_enc,
        :day_on, :created_at, :created_at, :paper)
RETURNING id;

-- name: consent_paper_by_post :opt
SELECT k.child, k.guardian, k.signed_on, k.witness, c.key_wrapped, c.first_enc,
       c.last_enc, g.name_enc AS guardian_name, w.name_enc AS witness_name
  FROM post p
  JOIN consent_paper k ON k.id = p.paper
  JOIN child c ON c.id = k.child
  JOIN account w ON w.id = k.witness
  LEFT JOIN guardian g ON g.id = k.guardian
 WHERE p.id = :post;

-- name: consent_paper_scans :many
-- in: sha256 integer
SELECT m.id, m.state, m.reason, m.upload_seen_at, h.hash AS sha256
  FROM medium m
  LEFT JOIN medium_hash h ON h.medium = m.id AND h.hash_kind = :sha256
 WHERE m.post = :post AND m.state <> 'deleted'
 ORDER BY m.position, m.id;

-- name: consent_papers_of_child :many
-- out: scans integer
SELECT p.id AS post, k.guardian, k.signed_on, k.witness,
       g.name_enc AS guardian_name, w.name_enc AS witness_name,
       (SELECT count(*) FROM medium m
         WHERE m.post = p.id AND m.state = 'ready') AS scans
  FROM consent_paper k
  JOIN post p ON p.paper = k.id
  JOIN account w ON w.id = k.witness
  LEFT JOIN guardian g ON g.id = k.guardian
 WHERE k.child = :child
 ORDER BY k.signed_on, k.id;

-- name: consent_papers_seen :many
-- in: most integer
-- The newest papers that this person is the witness of.
SELECT p.id AS post, k.child, k.signed_on, c.key_wrapped, c.first_enc,
       c.last_enc
  FROM consent_paper k
  JOIN post p ON p.paper = k.id
  JOIN child c ON c.id = k.child
 WHERE k.witness = :witness AND c.erased_at IS NULL
 ORDER BY k.id DESC
 LIMIT :most;

-- name: consent_paper_digests :many
-- in: sha256 integer
-- For the proofs of a child: each picture of each of its papers.
SELECT p.id AS post, k.guardian, k.signed_on, k.witness, h.hash AS sha256
  FROM consent_paper k
  JOIN post p ON p.paper = k.id
  JOIN medium m ON m.post = p.id AND m.state = 'ready'
  JOIN medium_hash h ON h.medium = m.id AND h.hash_kind = :sha256
 WHERE k.child = :child
 ORDER BY k.id, m.position, m.id;
