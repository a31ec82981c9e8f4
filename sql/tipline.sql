-- Reports to NCMEC, see tipline/.

-- name: tipline_add :one
INSERT INTO tipline (organisation, case_file, is_test, state, doc_enc,
                    records_enc, files, made_by, made_at, step, report_number,
                    file_at, file_word, cancelled, tries, why, begun_at,
                    next_at)
VALUES (:organisation, :case_file, :is_test, 'checking', :doc_enc,
        :records_enc, :files, :made_by, :made_at, 'submit', 0, 0, '', 0, 0, '',
        :begun_at, :next_at)
RETURNING id;

-- name: tipline_by_id :opt
-- row: tipline
SELECT f.id, f.organisation, f.case_file, f.is_test, f.state, f.doc_enc,
       f.records_enc, f.files, f.made_by, f.made_at, f.sent_by, f.sent_at,
       f.step, f.report_number, f.file_at, f.file_word, f.cancelled, f.tries,
       f.why, f.begun_at, f.next_at, f.ended_at, f.kept_until_on, c.number,
       c.key_wrapped
  FROM tipline f
  JOIN case_file c ON c.id = f.case_file
 WHERE f.id = :id;

-- name: tipline_of_case :many
-- row: tipline
SELECT f.id, f.organisation, f.case_file, f.is_test, f.state, f.doc_enc,
       f.records_enc, f.files, f.made_by, f.made_at, f.sent_by, f.sent_at,
       f.step, f.report_number, f.file_at, f.file_word, f.cancelled, f.tries,
       f.why, f.begun_at, f.next_at, f.ended_at, f.kept_until_on, c.number,
       c.key_wrapped
  FROM tipline f
  JOIN case_file c ON c.id = f.case_file
 WHERE f.case_file = :case_file
 ORDER BY f.id DESC;

-- name: tipline_open_of :opt
SELECT id FROM tipline
 WHERE case_file = :case_file AND state IN ('checking', 'sending', 'stuck');

-- name: tipline_next :opt
-- The one that is due first, of one environment.
SELECT id, next_at FROM tipline
 WHERE is_test = :is_test AND state = 'sending'
 ORDER BY next_at, id
 LIMIT 1;

-- name: tipline_sent :exec
UPDATE tipline
   SET state = 'sending', sent_by = :sent_by, sent_at = :sent_at,
       begun_at = :sent_at, next_at = :sent_at
 WHERE id = :id AND state = 'checking';

-- name: tipline_moved :exec
UPDATE tipline
   SET state = :state, step = :step, report_number = :report_number,
       file_at = :file_at, file_word = :file_word, cancelled = :cancelled,
       tries = :tries, why = :why, begun_at = :begun_at, next_at = :next_at,
       ended_at = :ended_at, kept_until_on = :kept_until_on
 WHERE id = :id AND ended_at IS NULL;

-- name: tipline_wish :exec
-- It shall not go; a call of it is out, whose answer comes first.
UPDATE tipline SET cancelled = 1 WHERE id = :id AND state = 'sending';

-- ---- calls ----

-- name: tipline_call_add :one
INSERT INTO tipline_call (tipline, step, asked_at, request_enc)
VALUES (:tipline, :step, :asked_at, :request_enc)
RETURNING id;

-- name: tipline_call_open :opt
SELECT id, step FROM tipline_call
 WHERE tipline = :tipline AND heard_at IS NULL
 LIMIT 1;

-- name: tipline_call_by_id :opt
-- One that is out still.
SELECT step FROM tipline_call
 WHERE id = :id AND tipline = :tipline AND heard_at IS NULL;

-- name: tipline_call_last :opt
SELECT step, heard_at, code FROM tipline_call
 WHERE tipline = :tipline
 ORDER BY id DESC
 LIMIT 1;

-- name: tipline_calls_open :many
-- Whatever is out, for a process that begins.
SELECT c.id, c.tipline
  FROM tipline f
  JOIN tipline_call c ON c.tipline = f.id AND c.heard_at IS NULL
 WHERE f.is_test = :is_test AND f.state = 'sending'
 ORDER BY c.id;

-- name: tipline_call_heard :exec
UPDATE tipline_call
   SET heard_at = :heard_at, outcome = :outcome, status = :status,
       code = :code, request_word = :request_word, reply_enc = :reply_enc
 WHERE id = :id AND heard_at IS NULL;

-- name: tipline_calls :many
SELECT id, step, asked_at, heard_at, outcome, status, code, request_word,
       reply_enc
  FROM tipline_call
 WHERE tipline = :tipline
 ORDER BY id;

-- ---- what it says ----

-- name: tipline_media :many
-- out: id integer
-- out: created_at integer
-- out: uploader integer
-- out: from_enc blob
-- What a case is about: a photo, a video or a document, or all of a post.
SELECT m.id AS id, m.created_at AS created_at, m.uploader AS uploader,
       m.from_enc AS from_enc
  FROM case_file c
  JOIN medium m ON m.id = c.subject
 WHERE c.id = :case_file AND c.subject_kind = 'medium'
UNION ALL
SELECT m.id AS id, m.created_at AS created_at, m.uploader AS uploader,
       m.from_enc AS from_enc
  FROM case_file c
  JOIN medium m ON m.post = c.subject
 WHERE c.id = :case_file AND c.subject_kind = 'post' AND m.video IS NULL
   AND m.state IN ('ready', 'held', 'locked');

-- name: tipline_hashes :many
-- Of the file itself, as it is.
SELECT hash_kind, hash FROM medium_hash
 WHERE medium = :medium AND hypothesis = 0 AND frame = 0
 ORDER BY hash_kind;

-- name: tipline_viewed :opt
-- in: medium integer
-- Whether one of the staff took the whole file, unmasked: the register has no
-- other way to it.
SELECT a.id
  FROM audit a
  JOIN account p ON p.id = a.actor AND p.kind = 'staff'
 WHERE a.organisation = :organisation AND a.action = 'medium-downloaded'
   AND a.subject_kind = 'medium' AND a.subject = :medium
   AND a.detail LIKE 'original %'
 LIMIT 1;

-- name: tipline_key :opt
-- Of a case that has not ended.
SELECT key_wrapped FROM case_file WHERE id = :case_file AND ended_at IS NULL;
