-- What ends by rule, see ends/round.h; durations and holds.

-- name: ends_begun :opt
SELECT begun_at FROM ends_begun WHERE organisation = :organisation;

-- name: ends_begin :exec
INSERT INTO ends_begun (organisation, begun_at)
VALUES (:organisation, :begun_at)
ON CONFLICT (organisation) DO NOTHING;

-- name: ends_choices :many
-- Newest first; of more than a month ago one would do.
SELECT days, reason_enc, chosen_at
  FROM ends_choice
 WHERE organisation = :organisation AND rule = :rule
 ORDER BY id DESC
 LIMIT 50;

-- name: ends_choose :exec
INSERT INTO ends_choice (organisation, rule, days, reason_enc, chosen_by,
                         chosen_at)
VALUES (:organisation, :rule, :days, :reason_enc, :chosen_by, :chosen_at);

-- name: ends_done_add :exec
INSERT INTO ends_done (organisation, rule, day_on, ended)
VALUES (:organisation, :rule, :day_on, :ended)
ON CONFLICT (organisation, rule, day_on)
DO UPDATE SET ended = ends_done.ended + excluded.ended;

-- name: ends_done_since :many
-- out: ended integer
-- out: last_on integer
SELECT rule, sum(ended) AS ended, max(day_on) AS last_on
  FROM ends_done
 WHERE organisation = :organisation AND day_on >= :day_on
 GROUP BY rule;

-- name: ends_photos :many
-- in: before integer
-- in: most integer
-- Of posts that are no notice and no paper, whose season ended before that
-- day; outside of any season, a year after their day.
SELECT m.id
  FROM post p
  JOIN medium m ON m.post = p.id
 WHERE p.organisation = :organisation AND p.ended_at IS NULL
   AND p.notice = 0 AND p.paper IS NULL AND p.safe IS NULL AND p.day_on < :before
   AND coalesce((SELECT max(s.until_on) FROM season s
                  WHERE s.organisation = p.organisation
                    AND s.from_on <= p.day_on AND s.until_on >= p.day_on),
                p.day_on + 365) < :before
   AND NOT EXISTS (SELECT 1 FROM season w
                    WHERE w.organisation = p.organisation
                      AND w.from_on <= p.day_on AND w.until_on >= p.day_on
                      AND w.untold > 0
                      AND w.until_on + 30 >= :before)
   AND m.state NOT IN ('deleted', 'receiving', 'locked')
   AND m.kind <> 'still'
   AND NOT EXISTS (SELECT 1 FROM held_medium h WHERE h.id = m.id)
   AND NOT EXISTS (SELECT 1 FROM held_account h WHERE h.id = m.uploader)
 ORDER BY p.day_on, m.id
 LIMIT :most;

-- name: ends_posts :many
-- in: before integer
-- in: most integer
-- The same posts, once nothing of them is left.
SELECT p.id
  FROM post p
 WHERE p.organisation = :organisation AND p.ended_at IS NULL
   AND p.notice = 0 AND p.paper IS NULL AND p.safe IS NULL AND p.day_on < :before
   AND coalesce((SELECT max(s.until_on) FROM season s
                  WHERE s.organisation = p.organisation
                    AND s.from_on <= p.day_on AND s.until_on >= p.day_on),
                p.day_on + 365) < :before
   AND NOT EXISTS (SELECT 1 FROM medium m
                    WHERE m.post = p.id AND m.state <> 'deleted')
   AND NOT EXISTS (SELECT 1 FROM reported_post r WHERE r.id = p.id)
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'post' AND h.subject = p.id
                      AND h.released_at IS NULL)
 ORDER BY p.day_on
 LIMIT :most;

-- name: ends_post :exec
-- in: nothing_title blob
-- in: nothing_body blob
-- in: now integer
UPDATE post
   SET title_enc = :nothing_title, body_enc = :nothing_body, photos = 0,
       state = 'withdrawn', publish_at = coalesce(publish_at, :now),
       changed_at = :now, ended_at = :now
 WHERE id = :id AND ended_at IS NULL;

-- name: ends_notices :many
-- in: before integer
-- in: most integer
-- Notices that nobody's answer needs any more.
SELECT n.post
  FROM notice n
 WHERE n.organisation = :organisation
   AND n.by_on < :before AND n.asked_until < :before
   AND NOT EXISTS (SELECT 1 FROM notice_answer w WHERE w.post = n.post)
   AND NOT EXISTS (SELECT 1 FROM medium m
                    WHERE m.post = n.post AND m.state <> 'deleted')
   AND NOT EXISTS (SELECT 1 FROM reported_post r WHERE r.id = n.post)
   AND EXISTS (SELECT 1 FROM post p
                WHERE p.id = n.post AND p.state <> 'draft')
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'post' AND h.subject = n.post
                      AND h.released_at IS NULL)
 LIMIT :most;

-- name: ends_notice_media :many
-- in: before integer
-- in: most integer
-- What is attached to such notices.
SELECT m.id
  FROM notice n
  JOIN medium m ON m.post = n.post
 WHERE n.organisation = :organisation
   AND n.by_on < :before AND n.asked_until < :before
   AND NOT EXISTS (SELECT 1 FROM notice_answer w WHERE w.post = n.post)
   AND EXISTS (SELECT 1 FROM post p
                WHERE p.id = n.post AND p.state <> 'draft')
   AND m.state NOT IN ('deleted', 'receiving', 'locked')
   AND m.kind <> 'still'
   AND NOT EXISTS (SELECT 1 FROM held_medium h WHERE h.id = m.id)
 ORDER BY m.id
 LIMIT :most;

-- name: ends_words_post :exec
-- Of a notice or an item that ended; one that something else names stays as a
-- number, and ends_post empties it.
DELETE FROM post
 WHERE id = :post AND notice = 1
   AND NOT EXISTS (SELECT 1 FROM medium m WHERE m.post = post.id)
   AND NOT EXISTS (SELECT 1 FROM case_item i WHERE i.post = post.id)
   AND NOT EXISTS (SELECT 1 FROM stop_hold s WHERE s.post = post.id)
   AND NOT EXISTS (SELECT 1 FROM stopping s WHERE s.post = post.id)
   AND NOT EXISTS (SELECT 1 FROM trace t WHERE t.post = post.id);

-- name: ends_items :many
-- in: before integer
-- in: most integer
-- Over before that day, unless a season that it was in ended later, or it is
-- held: itself, its child or its author.
SELECT i.post
  FROM item i
  JOIN post p ON p.id = i.post
 WHERE i.organisation = :organisation AND i.last_on < :before
   AND NOT EXISTS (SELECT 1 FROM season s
                    WHERE s.organisation = i.organisation
                      AND s.from_on <= i.last_on AND s.until_on >= :before)
   AND NOT EXISTS (SELECT 1 FROM reported_post r WHERE r.id = i.post)
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'post' AND h.subject = i.post
                      AND h.released_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'child' AND h.subject = i.child
                      AND h.released_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM held_account h WHERE h.id = p.author)
 ORDER BY i.post
 LIMIT :most;

-- name: ends_origins :exec
-- in: before integer
-- in: most integer
-- From where files came, unless something holds them.
UPDATE medium SET from_enc = NULL
 WHERE id IN (SELECT m.id FROM medium m
               WHERE m.organisation = :organisation
                 AND m.from_enc IS NOT NULL AND m.created_at < :before
                 AND NOT EXISTS (SELECT 1 FROM held_medium h
                                  WHERE h.id = m.id)
               LIMIT :most);

-- name: ends_cases :many
-- in: before integer
-- in: most integer
-- Decided before that time, also by a second look that was wanted.
SELECT c.id, c.category, c.outcome, c.opened_at
  FROM case_file c
 WHERE c.organisation = :organisation AND c.outcome IS NOT NULL
   AND (c.again_at IS NULL OR c.again_done_at IS NOT NULL)
   AND coalesce(c.again_done_at, c.decided_at) < :before
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'case' AND h.subject = c.id
                      AND h.released_at IS NULL)
   AND NOT EXISTS (SELECT 1
                     FROM case_person p
                     JOIN hold_order h ON h.subject_kind = 'account'
                                      AND h.subject = p.account
                                      AND h.released_at IS NULL
                    WHERE p.case_file = c.id AND p.part <> 'barred')
   AND NOT EXISTS (SELECT 1
                     FROM report r
                     JOIN hold_order h ON h.subject_kind = 'account'
                                      AND h.subject = r.reporter
                                      AND h.released_at IS NULL
                    WHERE r.case_file = c.id)
   AND NOT EXISTS (SELECT 1 FROM tipline f
                    WHERE f.case_file = c.id
                      AND f.state IN ('checking', 'sending', 'stuck'))
   AND NOT EXISTS (SELECT 1 FROM seal s
                    WHERE s.case_file = c.id AND s.state <> 'destroyed')
 ORDER BY c.id
 LIMIT :most;

-- name: ends_case_count :exec
INSERT INTO case_counted (organisation, year, category, outcome, cases)
VALUES (:organisation, :year, :category, :outcome, 1)
ON CONFLICT (organisation, year, category, outcome)
DO UPDATE SET cases = case_counted.cases + 1;

-- name: ends_case_events :exec
DELETE FROM case_event WHERE case_file = :case_file;

-- name: ends_case_shares :exec
DELETE FROM safe_share WHERE case_file = :case_file;

-- name: ends_case_items :exec
DELETE FROM case_item WHERE case_file = :case_file;

-- name: ends_case_places :exec
DELETE FROM case_place WHERE case_file = :case_file;

-- name: ends_case_people :exec
DELETE FROM case_person WHERE case_file = :case_file;

-- name: ends_case_versions :exec
DELETE FROM filing_version
 WHERE filing IN (SELECT f.id FROM filing f WHERE f.case_file = :case_file);

-- name: ends_case_filings :exec
DELETE FROM filing WHERE case_file = :case_file;

-- name: ends_case_statements :exec
DELETE FROM statement WHERE case_file = :case_file;

-- name: ends_case_calls :exec
DELETE FROM tipline_call
 WHERE tipline IN (SELECT f.id FROM tipline f WHERE f.case_file = :case_file);

-- name: ends_case_tiplines :exec
DELETE FROM tipline WHERE case_file = :case_file;

-- name: ends_case_reports :exec
DELETE FROM report WHERE case_file = :case_file;

-- name: ends_case_seals :exec
-- Destroyed: its digest and its certificate stay.
UPDATE seal
   SET case_file = NULL, reason_enc = NULL, record_enc = NULL,
       authority_enc = NULL, reference_enc = NULL
 WHERE case_file = :case_file;

-- name: ends_case_hands :exec
DELETE FROM seal_hand
 WHERE object IN (SELECT s.id FROM seal s WHERE s.case_file = :case_file);

-- name: ends_case_file :exec
DELETE FROM case_file WHERE id = :case_file;

-- name: ends_certificates :exec
-- in: before integer
-- in: most integer
-- The newest stays, for its number.
DELETE FROM certificate
 WHERE id IN (SELECT c.id FROM certificate c
               WHERE c.organisation = :organisation AND c.made_at < :before
                 AND c.number < (SELECT max(n.number) FROM certificate n
                                  WHERE n.organisation = :organisation)
               ORDER BY c.id
               LIMIT :most);

-- name: ends_patterns :exec
-- in: before integer
-- in: most integer
DELETE FROM pattern
 WHERE id IN (SELECT t.id FROM pattern t
               WHERE t.organisation = :organisation AND t.made_at < :before
                 AND NOT EXISTS (SELECT 1 FROM held_account h
                                  WHERE h.id = t.author)
               ORDER BY t.id
               LIMIT :most);

-- name: ends_feeds :exec
-- in: before integer
-- Addresses of calendars of accounts that were closed.
DELETE FROM calendar_feed
 WHERE organisation = :organisation
   AND account IN (SELECT a.id FROM account a
                    WHERE a.organisation = :organisation
                      AND a.state = 'closed'
                      AND coalesce(a.closed_at, a.created_at) < :before
                      AND NOT EXISTS (SELECT 1 FROM held_account h
                                       WHERE h.id = a.id));

-- name: ends_choices_of_closed :exec
-- in: before integer
DELETE FROM tell
 WHERE organisation = :organisation
   AND account IN (SELECT a.id FROM account a
                    WHERE a.organisation = :organisation
                      AND a.state = 'closed'
                      AND coalesce(a.closed_at, a.created_at) < :before
                      AND NOT EXISTS (SELECT 1 FROM held_account h
                                       WHERE h.id = a.id));

-- name: ends_messages :exec
-- in: before integer
-- in: most integer
DELETE FROM message
 WHERE id IN (SELECT m.id FROM message m
               WHERE m.organisation = :organisation AND m.made_at < :before
                 AND m.state IN ('sent', 'failed', 'dropped')
                 AND NOT EXISTS (SELECT 1 FROM held_account h
                                  WHERE h.id = m.account)
               ORDER BY m.id
               LIMIT :most);

-- name: ends_urgents :exec
-- in: before integer
-- in: most integer
-- Urgent words, once no message of theirs is left.
DELETE FROM urgent
 WHERE id IN (SELECT u.id FROM urgent u
               WHERE u.organisation = :organisation AND u.until_at < :before
                 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.urgent = u.id)
                 AND NOT EXISTS (SELECT 1 FROM held_account h
                                  WHERE h.id = u.author)
               ORDER BY u.id
               LIMIT :most);

-- name: ends_seasons :many
-- in: from_day integer
-- in: before integer
-- Whose photos would end now, or had to wait for families to be told.
SELECT id FROM season
 WHERE organisation = :organisation
   AND ((until_on >= :from_day AND until_on < :before) OR untold > 0)
 ORDER BY id;

-- name: ends_untold :one
-- in: season integer
-- in: before integer
-- out: n integer
-- Families with a child on a photo of that season who were not told twice, the
-- second time before that time.
SELECT count(DISTINCT a.id) AS n
  FROM season s
  JOIN post p ON p.organisation = s.organisation
             AND p.state = 'published' AND p.notice = 0
             AND p.day_on BETWEEN s.from_on AND s.until_on
             AND p.ended_at IS NULL
  JOIN medium m ON m.post = p.id AND m.state = 'ready' AND m.cleared = 1
  JOIN region r ON r.medium = m.id AND r.state = 'child'
  JOIN child c ON c.id = r.child AND c.erased_at IS NULL
  JOIN authority u ON u.child = c.id AND u.ended_at IS NULL
                  AND u.kind IN ('parental', 'tutor')
  JOIN guardian g ON g.id = u.guardian
  JOIN account a ON a.id = g.account AND a.state = 'active'
 WHERE s.id = :season
   AND NOT EXISTS (SELECT 1 FROM farewell_told t
                    WHERE t.account = a.id AND t.season = s.id
                      AND t.part = 'last' AND t.told_at < :before);

-- name: ends_season_untold :exec
UPDATE season SET untold = :untold WHERE id = :id AND untold <> :untold;

-- name: ends_children :many
-- in: before integer
-- in: most integer
SELECT c.id
  FROM child c
 WHERE c.organisation = :organisation AND c.erased_at IS NULL
   AND c.created_at < :before * 86400
   AND NOT EXISTS (SELECT 1 FROM enrolment e
                    WHERE e.child = c.id AND e.until_on >= :before)
   AND NOT EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'child' AND h.subject = c.id
                      AND h.released_at IS NULL)
 ORDER BY c.id
 LIMIT :most;

-- name: ends_families :many
-- in: before integer
-- in: most integer
-- Accounts of families none of whose children was enrolled on that day or
-- later.
SELECT a.id
  FROM account a
 WHERE a.organisation = :organisation AND a.kind IN ('guardian', 'relative')
   AND a.state <> 'closed' AND a.created_at < :before * 86400
   AND NOT EXISTS (SELECT 1
                     FROM guardian g
                     JOIN authority u ON u.guardian = g.id
                                     AND u.kind <> 'no_contact'
                                     AND (u.ended_at IS NULL
                                          OR u.ended_at >= :before * 86400)
                                     AND (u.until_on IS NULL
                                          OR u.until_on >= :before)
                     JOIN child c ON c.id = u.child AND c.erased_at IS NULL
                     JOIN enrolment e ON e.child = c.id
                    WHERE g.account = a.id AND e.until_on >= :before)
   AND NOT EXISTS (SELECT 1 FROM held_account h WHERE h.id = a.id)
 ORDER BY a.id
 LIMIT :most;

-- name: ends_closed :many
-- in: before integer
-- in: most integer
-- Accounts that were closed before that time; when is not known of old ones.
SELECT a.id
  FROM account a
 WHERE a.organisation = :organisation AND a.state = 'closed'
   AND a.ended_at IS NULL AND coalesce(a.closed_at, a.created_at) < :before
   AND NOT EXISTS (SELECT 1 FROM held_account h WHERE h.id = a.id)
 ORDER BY a.id
 LIMIT :most;

-- name: ends_adults :many
-- in: before integer
-- in: most integer
-- Adults whose name nothing needs any more: no account, no child that is
-- kept or was erased since, nothing that they said about one.
SELECT g.id
  FROM guardian g
 WHERE g.organisation = :organisation AND g.ended_at IS NULL
   AND g.account IS NULL AND g.created_at < :before
   AND NOT EXISTS (SELECT 1
                     FROM authority u
                     JOIN child c ON c.id = u.child
                    WHERE u.guardian = g.id
                      AND (c.erased_at IS NULL OR c.erased_at >= :before))
   AND NOT EXISTS (SELECT 1
                     FROM authority u
                     JOIN consent_event v ON v.child = u.child
                    WHERE u.guardian = g.id AND v.guardian = g.id)
 ORDER BY g.id
 LIMIT :most;

-- name: ends_adult :exec
-- in: nothing_enc blob
-- in: now integer
UPDATE guardian
   SET ref_digest = :ref_digest, name_enc = :nothing_enc, email_enc = NULL,
       phone_enc = NULL, ended_at = :now
 WHERE id = :id AND account IS NULL;

-- name: ends_register_held :opt
-- Is there anything for which the register may have to speak.
SELECT h.id FROM hold_order h
 WHERE h.organisation = :organisation AND h.released_at IS NULL
UNION ALL
SELECT s.id FROM stopping s
 WHERE s.organisation = :organisation
   AND (s.outcome IS NULL OR s.outcome = 'confirmed')
 LIMIT 1;

-- name: ends_wanted :many
-- in: most integer
-- What an erasure had to leave, and nothing holds any more.
SELECT w.medium
  FROM erasure_wanted w
  JOIN medium m ON m.id = w.medium
 WHERE m.organisation = :organisation
   AND NOT EXISTS (SELECT 1 FROM held_medium h WHERE h.id = w.medium)
 ORDER BY w.medium
 LIMIT :most;

-- name: ends_wanted_done :exec
DELETE FROM erasure_wanted WHERE medium = :medium;

-- name: hold_place :one
INSERT INTO hold_order (organisation, subject_kind, subject, reason_enc,
                        placed_by, placed_at, until_at)
VALUES (:organisation, :subject_kind, :subject, :reason_enc, :placed_by,
        :placed_at, :until_at)
RETURNING id;

-- name: hold_list :many
-- Those in force first, then the newest.
SELECT id, subject_kind, subject, reason_enc, placed_by, placed_at, until_at,
       asked_by, asked_at, released_by, released_at
  FROM hold_order
 WHERE organisation = :organisation AND subject_kind <> 'case'
 ORDER BY CASE WHEN released_at IS NULL THEN 0 ELSE 1 END, id DESC
 LIMIT 200;

-- name: hold_of_case :many
-- The newest first.
SELECT id, subject_kind, subject, reason_enc, placed_by, placed_at, until_at,
       asked_by, asked_at, released_by, released_at
  FROM hold_order
 WHERE organisation = :organisation AND subject_kind = 'case'
   AND subject = :subject
 ORDER BY id DESC
 LIMIT 50;

-- name: hold_by_id :opt
SELECT id, subject_kind, subject, placed_by, placed_at, until_at, asked_by,
       released_at
  FROM hold_order
 WHERE id = :id AND organisation = :organisation;

-- name: hold_ask :exec
UPDATE hold_order SET asked_by = :asked_by, asked_at = :asked_at
 WHERE id = :id AND released_at IS NULL AND asked_by IS NULL;

-- name: hold_release :exec
UPDATE hold_order SET released_by = :released_by, released_at = :released_at
 WHERE id = :id AND released_at IS NULL AND asked_by IS NOT NULL;

-- name: hold_over :many
-- in: now integer
SELECT id, subject_kind, subject FROM hold_order
 WHERE organisation = :organisation AND released_at IS NULL
   AND until_at <= :now
 ORDER BY id;

-- name: hold_end :exec
-- in: now integer
UPDATE hold_order SET released_at = :now
 WHERE id = :id AND released_at IS NULL AND until_at <= :now;

-- name: hold_subject_child :opt
SELECT id FROM child WHERE id = :id AND organisation = :organisation
   AND erased_at IS NULL;

-- name: hold_subject_account :opt
SELECT id FROM account WHERE id = :id AND organisation = :organisation
   AND ended_at IS NULL;

-- name: hold_subject_post :opt
SELECT id FROM post WHERE id = :id AND organisation = :organisation
   AND ended_at IS NULL;

-- name: hold_subject_case :opt
SELECT id FROM case_file WHERE id = :id AND organisation = :organisation
   AND ended_at IS NULL;

-- name: hold_subject_medium :opt
SELECT id FROM medium WHERE id = :id AND organisation = :organisation
   AND state <> 'deleted';

-- name: ends_leaving :exec
-- in: before integer
-- in: most integer
-- Moves that are over, see move/leave.h.
DELETE FROM leaving
 WHERE id IN (SELECT l.id FROM leaving l
               WHERE l.state IN ('refused', 'ended')
                 AND l.organisation = :organisation AND l.ended_at < :before
               LIMIT :most);

-- name: ends_arriving :exec
-- in: before integer
-- in: most integer
-- Likewise; what was taken in stands as long as its albums' rows do.
DELETE FROM arriving
 WHERE id IN (SELECT a.id FROM arriving a
               WHERE a.state IN ('refused', 'damaged', 'ended')
                 AND a.organisation = :organisation AND a.ended_at < :before
                 AND NOT EXISTS (SELECT 1 FROM post p WHERE p.brought = a.id)
               LIMIT :most);
