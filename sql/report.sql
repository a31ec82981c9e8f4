-- Reports and their cases, see report/.

-- ---- who may have part in it ----

-- name: route_people :many
-- row: route_people
-- in: today integer
-- out: standing text
-- out: handles integer
-- Every account of the staff; standing: of the newest row that holds today.
-- What the register says of somebody has its days (report/roll.h).
SELECT a.id, a.role, a.name_enc, h.standing AS standing,
       CASE WHEN a.state = 'active'
             AND (a.role IN ('safeguarding', 'director') OR h.id IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM statement s
                              WHERE s.account = a.id AND s.step = 'children'
                                AND s.lifted_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM handler_entry r
                              WHERE r.id = (SELECT max(e.id)
                                              FROM handler_entry e
                                             WHERE e.account = a.id)
                                AND (r.begins_on > :today OR r.ends_on < :today
                                     OR r.checked_until_on < :today
                                     OR r.trained_until_on < :today))
            THEN 1 ELSE 0 END AS handles
  FROM account a
  LEFT JOIN handler h
         ON h.id = (SELECT max(n.id) FROM handler n
                     WHERE n.account = a.id AND n.ended_at IS NULL
                       AND n.checked_until_on >= :today)
 WHERE a.organisation = :organisation AND a.kind = 'staff'
 ORDER BY a.id;

-- name: route_meddled :opt
-- in: case_file integer
-- Whom this case is about has changed since who may have part in reports.
SELECT c.id
  FROM case_file c
 WHERE c.id = :case_file
   AND EXISTS (SELECT 1
                 FROM case_person p
                WHERE p.case_file = c.id
                  AND (EXISTS (SELECT 1 FROM handler h
                                WHERE h.organisation = c.organisation
                                  AND (h.named_by = p.account
                                       AND h.named_at >= c.opened_at
                                       OR h.ended_by = p.account
                                       AND h.ended_at >= c.opened_at))
                       OR EXISTS (SELECT 1 FROM handler_entry r
                                   WHERE r.organisation = c.organisation
                                     AND r.written_by = p.account
                                     AND r.written_at >= c.opened_at)
                       OR EXISTS (SELECT 1 FROM staff_group s
                                   WHERE s.given_by = p.account
                                     AND s.given_at >= c.opened_at)));

-- name: route_people_unmeddled :many
-- row: route_people
-- in: today integer
-- in: case_file integer
-- out: standing text
-- out: handles integer
-- As route_people, but for what those whom the case is about wrote since it was
-- opened: nobody whom they, or who is kept from it, named then; all the same
-- those from whom they took it.
SELECT a.id, a.role, a.name_enc, h.standing AS standing,
       CASE WHEN a.state = 'active'
             AND (a.role IN ('safeguarding', 'director') OR h.id IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM statement s
                              WHERE s.account = a.id AND s.step = 'children'
                                AND s.lifted_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM handler_entry r
                              WHERE r.id = (SELECT max(e.id)
                                              FROM handler_entry e
                                             WHERE e.account = a.id
                                               AND (e.written_at < c.opened_at
                                                    OR NOT EXISTS
                                                    (SELECT 1 FROM case_person p
                                                      WHERE p.case_file = c.id
                                                        AND p.part <> 'barred'
                                                        AND p.account = e.written_by)))
                                AND (r.begins_on > :today OR r.ends_on < :today
                                     OR r.checked_until_on < :today
                                     OR r.trained_until_on < :today))
            THEN 1 ELSE 0 END AS handles
  FROM case_file c
  JOIN account a ON a.organisation = c.organisation AND a.kind = 'staff'
  LEFT JOIN handler h
         ON h.id = (SELECT max(n.id) FROM handler n
                     WHERE n.account = a.id
                       AND n.checked_until_on >= :today
                       AND (n.named_at < c.opened_at
                            OR NOT EXISTS (SELECT 1 FROM case_person p
                                            WHERE p.case_file = c.id
                                              AND p.account = n.named_by))
                       AND (n.ended_at IS NULL
                            OR (n.ended_at >= c.opened_at
                                AND EXISTS (SELECT 1 FROM case_person p
                                             WHERE p.case_file = c.id
                                               AND p.part <> 'barred'
                                               AND p.account = n.ended_by))))
 WHERE c.id = :case_file
 ORDER BY a.id;

-- name: route_groups :many
-- row: route_groups
-- Who works with which group.
SELECT s.account, s.activity_group
  FROM account a
  JOIN staff_group s ON s.account = a.id
 WHERE a.organisation = :organisation AND a.kind = 'staff'
 ORDER BY s.account, s.activity_group;

-- name: route_groups_unmeddled :many
-- row: route_groups
-- in: case_file integer
-- Without the groups that those whom the case is about gave somebody since.
SELECT s.account, s.activity_group
  FROM case_file c
  JOIN account a ON a.organisation = c.organisation AND a.kind = 'staff'
  JOIN staff_group s ON s.account = a.id
 WHERE c.id = :case_file
   AND (s.given_at IS NULL OR s.given_at < c.opened_at
        OR NOT EXISTS (SELECT 1 FROM case_person p
                        WHERE p.case_file = c.id AND p.part <> 'barred'
                          AND p.account = s.given_by))
 ORDER BY s.account, s.activity_group;

-- name: route_adults :many
-- The adults of the children who have an adult on the staff: nobody else can be
-- beside one who might read it.
SELECT DISTINCT g.account, u.child
  FROM authority u
  JOIN guardian g ON g.id = u.guardian
 WHERE g.organisation = :organisation AND g.account IS NOT NULL
   AND EXISTS (SELECT 1
                 FROM authority w
                 JOIN guardian k ON k.id = w.guardian
                 JOIN account a ON a.id = k.account
                WHERE w.child = u.child AND a.kind = 'staff')
 ORDER BY g.account, u.child;

-- name: case_people :many
SELECT account, part FROM case_person WHERE case_file = :case_file ORDER BY id;

-- name: case_reporters :many
SELECT DISTINCT reporter
  FROM report
 WHERE case_file = :case_file AND reporter IS NOT NULL
 ORDER BY reporter;

-- name: case_places :many
SELECT activity_group, child FROM case_place WHERE case_file = :case_file ORDER BY id;

-- name: case_person_add :exec
INSERT INTO case_person (case_file, account, part, since)
VALUES (:case_file, :account, :part, :since)
ON CONFLICT DO NOTHING;

-- name: case_place_group :exec
INSERT INTO case_place (case_file, activity_group)
SELECT :case_file, :activity_group
 WHERE NOT EXISTS (SELECT 1 FROM case_place
                    WHERE case_file = :case_file
                      AND activity_group = :activity_group);

-- name: case_place_child :exec
INSERT INTO case_place (case_file, child)
SELECT :case_file, :child
 WHERE NOT EXISTS (SELECT 1 FROM case_place
                    WHERE case_file = :case_file AND child = :child);

-- name: case_of_function :many
-- Accounts of one role, whoever has it now.
SELECT id FROM account
 WHERE organisation = :organisation AND kind = 'staff' AND role = :role
   AND state <> 'closed'
 ORDER BY id;

-- ---- a report ----

-- name: case_open_about :opt
SELECT id FROM case_file
 WHERE organisation = :organisation AND subject_kind = :subject_kind
   AND subject = :subject AND subject <> 0 AND outcome IS NULL;

-- name: case_add :one
-- in: number text
INSERT INTO case_file (organisation, number, category, subject_kind, subject,
                       opened_at, due_at, key_wrapped)
VALUES (:organisation, :number, :category, :subject_kind, :subject, :opened_at,
        :due_at, :key_wrapped)
RETURNING id;

-- name: report_add :one
INSERT INTO report (organisation, case_file, reporter, who, receipt_digest,
                    category, lang, words_enc, contact_enc, made_at,
                    key_wrapped)
VALUES (:organisation, :case_file, :reporter, :who, :receipt_digest, :category,
        :lang, :words_enc, :contact_enc, :made_at, :key_wrapped)
RETURNING id;

-- name: report_of_receipt :opt
SELECT id, organisation, case_file, category, words_enc, made_at, key_wrapped
  FROM report
 WHERE receipt_digest = :receipt_digest;

-- name: report_of_reporter :opt
SELECT id, organisation, case_file, category, words_enc, made_at, key_wrapped
  FROM report
 WHERE id = :id AND reporter = :reporter;

-- name: report_mine :many
SELECT r.id, r.category, r.made_at, c.number, c.taken_at, c.outcome, c.again_at,
       c.again_done_at
  FROM report r
  JOIN case_file c ON c.id = r.case_file
 WHERE r.reporter = :reporter
 ORDER BY r.id DESC
 LIMIT 50;

-- name: report_of_case :many
SELECT r.id, r.who, r.category, r.words_enc, r.contact_enc, r.made_at,
       r.key_wrapped, r.ended_at, a.name_enc
  FROM report r
  LEFT JOIN account a ON a.id = r.reporter
 WHERE r.case_file = :case_file
 ORDER BY r.id;

-- name: case_about :many
SELECT p.account, p.part, a.name_enc
  FROM case_person p
  JOIN account a ON a.id = p.account
 WHERE p.case_file = :case_file AND p.part <> 'barred'
 ORDER BY p.id;

-- ---- a case ----

-- name: case_by_id :opt
SELECT number, category, subject_kind, subject, opened_at, due_at, taken_by,
       taken_at, outcome, decided_by, decided_at, again_at, again_by,
       again_done_at
  FROM case_file
 WHERE id = :id AND organisation = :organisation;

-- name: case_appeals :many
-- in: most integer
-- Cases in which somebody whom a decision concerns waits for an answer.
SELECT case_file, made_by FROM statement
 WHERE organisation = :organisation AND appeal_at IS NOT NULL
   AND answered_at IS NULL
 ORDER BY case_file
 LIMIT :most;

-- name: case_waiting :many
-- in: account integer
-- in: most integer
-- What is not decided, or is to be looked at once more by somebody else than
-- who decided; the oldest first, without those that name this account.
SELECT c.id FROM case_file c
 WHERE c.organisation = :organisation
   AND (c.outcome IS NULL
        OR (c.again_at IS NOT NULL AND c.again_done_at IS NULL))
   AND (c.outcome IS NULL OR c.decided_by <> :account)
   AND NOT EXISTS (SELECT 1 FROM case_person p
                    WHERE p.case_file = c.id AND p.account = :account)
 ORDER BY c.id
 LIMIT :most;

-- name: case_list :many
-- in: before integer
-- in: account integer
-- in: most integer
-- Without those that name this account, or keep it away: no path leads there.
SELECT c.id FROM case_file c
 WHERE c.organisation = :organisation AND c.id < :before
   AND NOT EXISTS (SELECT 1 FROM case_person p
                    WHERE p.case_file = c.id AND p.account = :account)
 ORDER BY c.id DESC
 LIMIT :most;

-- name: case_take :exec
UPDATE case_file SET taken_by = :taken_by, taken_at = :taken_at
 WHERE id = :id AND outcome IS NULL;

-- name: case_leave :exec
UPDATE case_file SET taken_by = NULL, taken_at = NULL
 WHERE id = :id AND taken_by = :taken_by AND outcome IS NULL;

-- name: case_decide :exec
UPDATE case_file
   SET outcome = :outcome, decided_by = :decided_by, decided_at = :decided_at
 WHERE id = :id AND outcome IS NULL;

-- name: case_ask_again :exec
UPDATE case_file SET again_at = :again_at
 WHERE id = :id AND outcome IS NOT NULL AND again_at IS NULL;

-- name: case_decide_again :exec
UPDATE case_file
   SET outcome = :outcome, again_by = :again_by, again_done_at = :again_done_at
 WHERE id = :id AND again_at IS NOT NULL AND again_done_at IS NULL
   AND decided_by <> :again_by;

-- ---- its story ----

-- name: case_event_last :opt
SELECT id, hash FROM case_event WHERE case_file = :case_file ORDER BY id DESC LIMIT 1;

-- name: case_event_hash :opt
SELECT hash FROM case_event WHERE id = :id AND case_file = :case_file;

-- name: case_event_newest :one
-- out: id integer
SELECT coalesce(max(id), 0) AS id FROM case_event;

-- name: case_event_since :many
-- in: since integer
-- in: most integer
-- Of all organisations, for the heads beside the database (report/head.h).
SELECT e.id, e.case_file, e.hash, c.organisation, c.number
  FROM case_event e
  JOIN case_file c ON c.id = e.case_file
 WHERE e.id > :since
 ORDER BY e.id
 LIMIT :most;

-- name: case_keys :opt
-- in: report integer
-- in: case_file integer
-- out: report_key blob
SELECT c.number, c.key_wrapped,
       (SELECT r.key_wrapped FROM report r
         WHERE r.id = :report AND r.case_file = c.id) AS report_key
  FROM case_file c
 WHERE c.id = :case_file;

-- name: case_event_add :one
INSERT INTO case_event (case_file, at, actor, deed, told, report, detail,
                        words_enc, hash)
VALUES (:case_file, :at, :actor, :deed, :told, :report, :detail, :words_enc,
        :hash)
RETURNING id;

-- name: case_story :many
SELECT e.id, e.at, e.actor, e.deed, e.told, e.report, e.detail, e.words_enc, e.hash,
       a.name_enc AS actor_name_enc, c.number, c.key_wrapped,
       r.key_wrapped AS report_key
  FROM case_event e
  JOIN case_file c ON c.id = e.case_file
  LEFT JOIN account a ON a.id = e.actor
  LEFT JOIN report r ON r.id = e.report
 WHERE e.case_file = :case_file
 ORDER BY e.id;

-- name: case_read_since :opt
-- in: since integer
SELECT id FROM case_event
 WHERE case_file = :case_file AND actor = :actor AND deed = 'read'
   AND detail = '' AND at > :since
 LIMIT 1;

-- ---- what is reported ----

-- name: report_medium :opt
-- out: whole integer
-- Whose it is; a still or a page is of the whole that it belongs to.
SELECT coalesce(m.video, m.id) AS whole, m.post, m.uploader, p.author,
       p.title_enc
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.id = :medium AND m.organisation = :organisation;

-- name: report_post :opt
SELECT p.author, p.title_enc, p.state
  FROM post p
 WHERE p.id = :post AND p.organisation = :organisation;

-- name: report_groups :many
SELECT activity_group, child FROM post_audience WHERE post = :post ORDER BY id;

-- name: report_boxed :many
-- in: whole integer
-- Who is boxed on it, or on its stills.
SELECT DISTINCT r.child
  FROM medium m
  JOIN region r ON r.medium = m.id
 WHERE (m.id = :whole OR m.video = :whole) AND r.child IS NOT NULL
 ORDER BY r.child;

-- name: report_senders :many
SELECT DISTINCT uploader FROM medium WHERE post = :post ORDER BY uploader;

-- name: hide_media :exec
-- in: whole integer
UPDATE medium SET state = 'held', reported = 1
 WHERE (id = :whole OR video = :whole) AND state = 'ready';

-- name: hide_media_of_post :exec
UPDATE medium SET state = 'held', reported = 1
 WHERE post = :post AND state = 'ready';

-- name: hide_post :exec
-- in: now integer
UPDATE post SET state = 'withdrawn', reported = 1, changed_at = :now
 WHERE id = :post AND reported = 0;

-- name: hide_add :exec
INSERT INTO case_item (case_file, medium, post, post_was, hidden_at)
VALUES (:case_file, :medium, :post, :post_was, :hidden_at);

-- name: hide_open :opt
-- What this case keeps hidden.
SELECT id, medium, post, post_was
  FROM case_item
 WHERE case_file = :case_file AND shown_at IS NULL
 LIMIT 1;

-- name: show_item :exec
UPDATE case_item SET shown_at = :shown_at WHERE id = :id;

-- name: show_media :exec
-- in: whole integer
-- Unless another case holds it, or what its sender sent.
UPDATE medium
   SET reported = 0,
       state = CASE WHEN EXISTS (
                      SELECT 1 FROM stop_hold h
                       WHERE h.post = medium.post
                         AND h.uploader = medium.uploader
                         AND h.lifted_at IS NULL)
                      OR EXISTS (
                      SELECT 1 FROM stopping s
                       WHERE s.medium = medium.id AND s.outcome IS NULL)
                    THEN 'held' ELSE 'ready' END
 WHERE (id = :whole OR video = :whole) AND state = 'held' AND reported = 1
   AND NOT EXISTS (SELECT 1 FROM post p
                    WHERE p.id = medium.post AND p.reported = 1);

-- name: show_media_of_post :exec
-- What was reported by itself as well stays with that case.
UPDATE medium
   SET reported = 0,
       state = CASE WHEN EXISTS (
                      SELECT 1 FROM stop_hold h
                       WHERE h.post = medium.post
                         AND h.uploader = medium.uploader
                         AND h.lifted_at IS NULL)
                      OR EXISTS (
                      SELECT 1 FROM stopping s
                       WHERE s.medium = medium.id AND s.outcome IS NULL)
                    THEN 'held' ELSE 'ready' END
 WHERE post = :post AND state = 'held' AND reported = 1
   AND NOT EXISTS (SELECT 1 FROM case_item i
                    WHERE i.medium = coalesce(medium.video, medium.id)
                      AND i.shown_at IS NULL);

-- name: show_post :exec
-- in: state text
-- in: now integer
UPDATE post SET state = :state, reported = 0, changed_at = :now
 WHERE id = :post AND reported = 1;
