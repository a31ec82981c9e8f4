-- Keys that are destroyed, and what is forgotten with them.

-- name: erasure_blobs :many
-- The blobs of a medium that still have their key.
SELECT id, name FROM blob
 WHERE medium = :medium AND key_wrapped IS NOT NULL;

-- name: erasure_names :many
-- Every file that a medium has or had, and those of a video's stills.
SELECT name FROM blob
 WHERE medium = :medium
    OR medium IN (SELECT s.id FROM medium s WHERE s.video = :medium);

-- name: erasure_stills :many
-- What was made from a video and goes with it.
SELECT id FROM medium WHERE video = :video AND state <> 'deleted' ORDER BY id;

-- name: erasure_blob_keys :exec
UPDATE blob SET key_wrapped = NULL
 WHERE medium = :medium AND key_wrapped IS NOT NULL;

-- name: erasure_medium_row :exec
UPDATE medium
   SET state = 'deleted', reason = NULL, caption_enc = NULL, name_enc = NULL,
       taken_at = NULL, bytes_digest = NULL, upload_words_enc = NULL,
       from_enc = NULL,
       deleted_at = :deleted_at
 WHERE id = :id AND state <> 'deleted';

-- name: erasure_jobs :exec
-- Whatever was to be done with it.
DELETE FROM job
 WHERE kind IN ('intake', 'rehash', 'known', 'faces', 'cover', 'redraw',
                'veil', 'between')
   AND subject = :medium;

-- name: erasure_child_token :one
SELECT erasure_token FROM child WHERE id = :id;

-- name: erasure_child_media :many
-- The media of posts that were for this child's family and nobody else.
SELECT m.id
  FROM medium m
 WHERE m.state <> 'deleted'
   AND EXISTS (SELECT 1 FROM post_audience a
                WHERE a.post = m.post AND a.child = :child)
   AND NOT EXISTS (SELECT 1 FROM post_audience a
                    WHERE a.post = m.post
                      AND (a.child IS NULL OR a.child <> :child))
 ORDER BY m.id;

-- name: erasure_child_by_token :exec
UPDATE child
   SET ref_digest = NULL, key_wrapped = NULL, first_enc = NULL,
       last_enc = NULL, born_enc = NULL, erased_at = :erased_at
 WHERE erasure_token = :erasure_token
   AND (key_wrapped IS NOT NULL OR erased_at IS NULL);

-- name: erasure_child_authority :exec
-- in: erasure_token blob
-- What allowed somebody to see this child ends, and its papers go.
UPDATE authority
   SET document_enc = NULL, ended_at = coalesce(ended_at, :ended_at)
 WHERE child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token)
   AND (document_enc IS NOT NULL OR ended_at IS NULL);

-- name: erasure_blob_by_name :exec
-- The original stands for its medium: the renditions go along, also under the
-- names that they had on the day of a backup, and of a video its stills.  What
-- is locked keeps its key, whatever the journal of another day says.
UPDATE blob SET key_wrapped = NULL
 WHERE key_wrapped IS NOT NULL
   AND id IN (SELECT b.id
                FROM blob o
                JOIN medium m ON m.id = o.medium
                          OR (o.side = 0 AND m.video = o.medium)
                JOIN blob b ON b.medium = m.id
                           AND (b.id = o.id OR o.side = 0)
               WHERE o.name = :name AND m.state <> 'locked'
                 AND NOT EXISTS (SELECT 1 FROM medium v
                                  WHERE v.id = m.video
                                    AND v.state = 'locked'));

-- name: erasure_blob_has_key :opt
-- One of those whose key erasure_blob_by_name would destroy.
SELECT b.id
  FROM blob o
  JOIN medium m ON m.id = o.medium OR (o.side = 0 AND m.video = o.medium)
  JOIN blob b ON b.medium = m.id AND (b.id = o.id OR o.side = 0)
 WHERE o.name = :name AND b.key_wrapped IS NOT NULL AND m.state <> 'locked'
   AND NOT EXISTS (SELECT 1 FROM medium v
                    WHERE v.id = m.video AND v.state = 'locked')
 LIMIT 1;

-- name: erasure_files_by_name :many
-- The files of those whose key is destroyed.
SELECT b.name
  FROM blob o
  JOIN medium m ON m.id = o.medium OR (o.side = 0 AND m.video = o.medium)
  JOIN blob b ON b.medium = m.id AND (b.id = o.id OR o.side = 0)
 WHERE o.name = :name AND b.key_wrapped IS NULL;

-- name: erasure_held :opt
-- What is not erased: a locked medium, what was made from it, what its
-- uploader was about to publish with it, and what is held.
SELECT id FROM held_medium WHERE id = :medium;

-- name: erasure_child_held :opt
SELECT id FROM hold_order
 WHERE subject_kind = 'child' AND subject = :child AND released_at IS NULL;

-- name: erasure_want_later :exec
-- Whatever the hold is.
INSERT INTO erasure_wanted (medium, wanted_at) VALUES (:medium, :wanted_at)
ON CONFLICT (medium) DO NOTHING;

-- name: erasure_want :exec
-- in: now integer
-- To be done once the hold has ended.
INSERT INTO legal_hold (medium, stopping, held_at, erasure_wanted_at)
SELECT m.id,
       coalesce((SELECT s.id FROM stopping s
                  WHERE s.medium = m.id
                    AND (s.outcome IS NULL OR s.outcome = 'confirmed')),
                (SELECT min(h.stopping) FROM stop_hold h
                  WHERE h.post = m.post AND h.uploader = m.uploader
                    AND h.lifted_at IS NULL)),
       :now, :now
  FROM medium m
 WHERE m.id = :medium
   AND (EXISTS (SELECT 1 FROM stopping s
                 WHERE s.medium = m.id
                   AND (s.outcome IS NULL OR s.outcome = 'confirmed'))
        OR EXISTS (SELECT 1 FROM stop_hold h
                    WHERE h.post = m.post AND h.uploader = m.uploader
                      AND h.lifted_at IS NULL))
ON CONFLICT (medium) WHERE ended_at IS NULL
DO UPDATE SET erasure_wanted_at = excluded.erasure_wanted_at;

-- name: erasure_end_case :exec
-- in: now integer
-- A picture that was held because it had been withdrawn, and is gone now.
UPDATE stopping
   SET outcome = 'kept-out', outcome_at = :now, proposed = NULL,
       proposed_by = NULL, proposed_at = NULL
 WHERE medium = :medium AND outcome IS NULL AND cause = 'withdrawn';

-- name: erasure_child_has_key :opt
SELECT id FROM child
 WHERE erasure_token = :erasure_token AND key_wrapped IS NOT NULL;

-- name: erasure_jobs_of_keyless :exec
DELETE FROM job
 WHERE kind IN ('intake', 'rehash', 'known', 'faces', 'cover', 'redraw')
   AND EXISTS (SELECT 1 FROM blob b WHERE b.medium = job.subject)
   AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.medium = job.subject
                      AND b.key_wrapped IS NOT NULL);

-- name: erasure_keyless_media :exec
-- Media all of whose keys were destroyed are deleted.
UPDATE medium
   SET state = 'deleted', reason = NULL, caption_enc = NULL, name_enc = NULL,
       taken_at = NULL, bytes_digest = NULL, upload_words_enc = NULL,
       from_enc = NULL,
       deleted_at = :deleted_at
 WHERE state NOT IN ('deleted', 'locked')
   AND EXISTS (SELECT 1 FROM blob b WHERE b.medium = medium.id)
   AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.medium = medium.id
                      AND b.key_wrapped IS NOT NULL);

-- name: erasure_child_deleted :many
-- The same when they are deleted already: their files may be left.
SELECT m.id
  FROM medium m
 WHERE m.state = 'deleted'
   AND EXISTS (SELECT 1 FROM post_audience a
                WHERE a.post = m.post AND a.child = :child)
   AND NOT EXISTS (SELECT 1 FROM post_audience a
                    WHERE a.post = m.post
                      AND (a.child IS NULL OR a.child <> :child))
 ORDER BY m.id;

-- name: erasure_recount :exec
-- How many photos a post shows, wherever some were erased.
UPDATE post
   SET photos = (SELECT count(*) FROM medium m
                  WHERE m.post = post.id AND m.state = 'ready'
                    AND m.kind <> 'still'
                    AND (m.cleared = 1 OR post.state <> 'published'))
 WHERE photos <> (SELECT count(*) FROM medium m
                   WHERE m.post = post.id AND m.state = 'ready'
                     AND m.kind <> 'still'
                     AND (m.cleared = 1 OR post.state <> 'published'));

-- name: erasure_account_at :opt
-- What names an account for ever, see erasure/erasure.h.
SELECT id, organisation, login_digest, created_at, ended_at
  FROM account
 WHERE id = :id;

-- name: erasure_account_row :exec
-- in: nothing_enc blob
-- in: now integer
-- The row stays for what was done by it.
UPDATE account
   SET state = 'closed', login_digest = :login_digest, login_enc = :nothing_enc,
       name_enc = :nothing_enc, email_enc = NULL, phone_enc = NULL,
       pass_hash = '', totp_enc = NULL,
       closed_at = coalesce(closed_at, :now), ended_at = :now
 WHERE id = :id;

-- name: erasure_account_sessions :exec
DELETE FROM session WHERE account = :account;

-- name: erasure_account_codes :exec
DELETE FROM recovery_code WHERE account = :account;

-- name: erasure_account_appeals :exec
-- What somebody wrote against a decision, unless its case is held.
UPDATE statement SET appeal_enc = NULL
 WHERE account = :account AND appeal_enc IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'case'
                      AND h.subject = statement.case_file
                      AND h.released_at IS NULL);

-- name: erasure_account_guardian :exec
-- What reaches the person goes; the name stays as long as what they consented
-- to has to be proved.
UPDATE guardian SET account = NULL, email_enc = NULL, phone_enc = NULL
 WHERE account = :account;

-- ---- reports ----

-- name: erasure_report_at :opt
-- What names a report for ever, see erasure/report.h.
SELECT r.id, r.made_at, r.ended_at, c.number
  FROM report r
  JOIN case_file c ON c.id = r.case_file
 WHERE r.id = :id;

-- name: erasure_report_held :opt
-- Its case is held, or its account.
SELECT r.id
  FROM report r
 WHERE r.id = :id
   AND (EXISTS (SELECT 1 FROM hold_order h
                 WHERE h.subject_kind = 'case' AND h.subject = r.case_file
                   AND h.released_at IS NULL)
        OR EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'account'
                      AND h.subject = r.reporter
                      AND h.released_at IS NULL));

-- name: erasure_reports_by :many
SELECT id FROM report
 WHERE reporter = :reporter AND ended_at IS NULL
 ORDER BY id;

-- name: erasure_report_row :exec
UPDATE report
   SET key_wrapped = NULL, words_enc = NULL, contact_enc = NULL,
       ended_at = :ended_at, erasure_wanted_at = NULL
 WHERE id = :id AND ended_at IS NULL;

-- name: erasure_report_want :exec
UPDATE report SET erasure_wanted_at = :erasure_wanted_at
 WHERE id = :id AND ended_at IS NULL;

-- name: erasure_case_at :opt
SELECT id, opened_at, ended_at, number FROM case_file WHERE id = :id;

-- name: erasure_case_stands :opt
-- It is not decided, or held, or a report of it is on its way.
SELECT c.id
  FROM case_file c
 WHERE c.id = :id
   AND (c.outcome IS NULL
        OR (c.again_at IS NOT NULL AND c.again_done_at IS NULL)
        OR EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'case' AND h.subject = c.id
                      AND h.released_at IS NULL)
        OR EXISTS (SELECT 1 FROM tipline f
                    WHERE f.case_file = c.id
                      AND f.state IN ('checking', 'sending', 'stuck')));

-- name: erasure_cases_about :many
-- About this child alone.
SELECT c.id
  FROM case_place p
  JOIN case_file c ON c.id = p.case_file
 WHERE p.child = :child AND c.ended_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM case_place o
                    WHERE o.case_file = c.id
                      AND (o.child IS NULL OR o.child <> :child))
 ORDER BY c.id;

-- name: erasure_case_reports :many
SELECT id FROM report
 WHERE case_file = :case_file AND ended_at IS NULL
 ORDER BY id;

-- name: erasure_case_row :exec
UPDATE case_file
   SET key_wrapped = NULL, ended_at = :ended_at, erasure_wanted_at = NULL
 WHERE id = :id AND ended_at IS NULL;

-- name: erasure_case_want :exec
UPDATE case_file SET erasure_wanted_at = :erasure_wanted_at
 WHERE id = :id AND ended_at IS NULL;

-- name: erasure_wanted_reports :many
-- in: most integer
SELECT id FROM report
 WHERE organisation = :organisation AND erasure_wanted_at IS NOT NULL
 ORDER BY id
 LIMIT :most;

-- name: erasure_wanted_cases :many
-- in: most integer
SELECT id FROM case_file
 WHERE organisation = :organisation AND erasure_wanted_at IS NOT NULL
 ORDER BY id
 LIMIT :most;

-- ---- holds in the journal ----

-- name: held_subject :opt
-- in: kind text
-- in: subject integer
-- out: organisation integer
-- out: at integer
-- When what is held was made: with its number that names it for ever.
SELECT organisation, created_at AS at FROM child
 WHERE :kind = 'child' AND id = :subject
UNION ALL
SELECT organisation, created_at FROM account
 WHERE :kind = 'account' AND id = :subject
UNION ALL
SELECT organisation, created_at FROM post
 WHERE :kind = 'post' AND id = :subject
UNION ALL
SELECT organisation, created_at FROM medium
 WHERE :kind = 'medium' AND id = :subject
UNION ALL
SELECT organisation, opened_at FROM case_file
 WHERE :kind = 'case' AND id = :subject;

-- name: held_known :opt
SELECT id FROM hold_order
 WHERE organisation = :organisation AND subject_kind = :subject_kind
   AND subject = :subject AND placed_at = :placed_at
   AND until_at = :until_at;

-- name: held_placer :opt
-- in: account integer
-- out: id integer
-- Who placed it, if the account is there; else anybody of the staff.
SELECT coalesce((SELECT a.id FROM account a
                  WHERE a.id = :account AND a.organisation = :organisation),
                (SELECT min(s.id) FROM account s
                  WHERE s.organisation = :organisation)) AS id;

-- name: held_again :exec
INSERT INTO hold_order (organisation, subject_kind, subject, reason_enc,
                        placed_by, placed_at, until_at)
VALUES (:organisation, :subject_kind, :subject, :reason_enc, :placed_by,
        :placed_at, :until_at);
