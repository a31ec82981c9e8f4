-- What goes to accounts, see tell/outbox.h.

-- name: message_add_digest :exec
-- No row: this day had its message.
INSERT INTO message (organisation, account, kind, channel, day_on, what, state,
                     next_at, made_at)
VALUES (:organisation, :account, 'digest', 'mail', :day_on, :what, 'queued',
        :next_at, :made_at)
    ON CONFLICT (account, day_on) WHERE kind = 'digest' AND channel = 'mail' DO NOTHING;

-- name: message_add_confirm :exec
INSERT INTO message (organisation, account, kind, channel, day_on, what, state,
                     next_at, made_at)
VALUES (:organisation, :account, 'confirm', 'mail', :day_on, '', 'queued',
        :made_at, :made_at);

-- name: message_add_urgent :exec
-- No row: it has this one already.
INSERT INTO message (organisation, account, kind, channel, urgent, day_on, what,
                     state, next_at, made_at)
VALUES (:organisation, :account, 'urgent', 'mail', :urgent, :day_on, '',
        'queued', :made_at, :made_at)
    ON CONFLICT (urgent, account) WHERE kind = 'urgent' AND channel = 'mail' DO NOTHING;

-- name: message_add_waits :exec
-- in: day_on integer
-- in: next_at integer
-- in: now integer
-- No row: nothing reaches this account by e-mail, or one is queued already.
INSERT INTO message (organisation, account, kind, channel, day_on, what, state,
                     next_at, made_at)
SELECT a.organisation, a.id, 'waits', 'mail', :day_on, '', 'queued', :next_at,
       :now
  FROM account a
  JOIN tell t ON t.account = a.id
 WHERE a.id = :account AND a.state = 'active' AND t.confirmed_at IS NOT NULL
   AND t.broken IS NULL
    ON CONFLICT (account) WHERE kind = 'waits' AND channel = 'mail' AND state = 'queued' DO NOTHING;

-- name: message_confirms_since :one
-- out: n integer
-- in: since integer
SELECT count(*) AS n FROM message
 WHERE account = :account AND made_at >= :since AND kind = 'confirm';

-- name: message_due :many
-- in: now integer
-- in: most integer
SELECT m.id AS id, m.organisation AS organisation, m.account AS account,
       m.kind AS kind, m.what AS what, m.tries AS tries, m.made_at AS made_at,
       m.day_on AS day_on, m.urgent AS urgent,
       a.state AS account_state, a.email_enc AS email_enc, a.lang AS lang,
       t.address_digest AS address_digest, t.asked_at AS asked_at,
       t.confirmed_at AS confirmed_at, t.broken AS broken, t.daily AS daily,
       t.ways AS ways
  FROM message m
  JOIN account a ON a.id = m.account
  LEFT JOIN tell t ON t.account = m.account
 WHERE m.state = 'queued' AND m.channel = 'mail' AND m.next_at <= :now
 ORDER BY m.next_at, m.id
 LIMIT :most;

-- name: message_next :one
-- out: at integer
SELECT min(next_at) AS at FROM message
 WHERE state = 'queued' AND channel = :channel;

-- name: message_sending :exec
UPDATE message SET state = 'sending', tries = tries + 1
 WHERE id = :id AND state = 'queued';

-- name: message_interrupted :exec
-- in: now integer
-- Who had them is gone; nobody knows whether they went.
UPDATE message SET state = 'queued', next_at = :now WHERE state = 'sending';

-- name: message_again :exec
UPDATE message
   SET state = 'queued', next_at = :next_at, tries = :tries, why = :why,
       status = :status
 WHERE id = :id AND state = 'sending';

-- name: message_end :exec
UPDATE message
   SET state = :state, why = :why, status = :status, ended_at = :ended_at
 WHERE id = :id AND state IN ('queued', 'sending');

-- name: message_bounced :exec
-- What was taken came back.
UPDATE message SET state = 'failed', why = :why, ended_at = :ended_at
 WHERE id = :id AND state = 'sent';

-- name: message_account_of :opt
SELECT account, organisation, kind, what, tries, made_at, ended_at, device
  FROM message
 WHERE id = :id;

-- name: message_not_gone :many
-- in: after integer
-- What daily messages of late say that nobody got, or not yet.
SELECT what FROM message
 WHERE account = :account AND kind = 'digest' AND state <> 'sent'
   AND day_on > :after;

-- name: message_counts :many
-- Here and below without those that wait in a report: who was told of one is
-- not for whoever reads this page.
-- out: n integer
-- in: since integer
SELECT state, channel, count(*) AS n FROM message
 WHERE organisation = :organisation AND made_at >= :since
   AND kind <> 'waits'
 GROUP BY state, channel ORDER BY state, channel;

-- name: message_failures :many
-- in: since integer
-- Given up, the newest of each account and kind first.
SELECT m.id AS id, m.account AS account, m.kind AS kind,
       m.channel AS channel, m.why AS why,
       m.status AS status, m.ended_at AS ended_at, a.name_enc AS name_enc
  FROM message m
  JOIN account a ON a.id = m.account
 WHERE m.organisation = :organisation AND m.state = 'failed'
   AND m.kind <> 'waits'
   AND m.made_at >= :since
 ORDER BY m.id DESC
 LIMIT 200;

-- name: message_waiting :many
-- Tried in vain, and tried again later.
SELECT m.id AS id, m.kind AS kind, m.channel AS channel, m.why AS why,
       m.status AS status, m.tries AS tries, m.next_at AS next_at, a.name_enc AS name_enc
  FROM message m
  JOIN account a ON a.id = m.account
 WHERE m.organisation = :organisation AND m.state IN ('queued', 'sending')
   AND m.kind <> 'waits'
   AND m.why <> ''
 ORDER BY m.id
 LIMIT 50;

-- name: message_unreached :many
-- Families that are here today, with what says whether an e-mail reaches them,
-- or only notifications: when a device last took one, and one last failed.
-- in: today integer
-- out: pushed_at integer
-- out: push_failed_at integer
SELECT g.id AS guardian, g.name_enc AS name_enc, g.phone_enc AS phone_enc,
       g.account AS account, a.phone_enc AS account_phone_enc,
       a.email_enc AS email_enc,
       t.confirmed_at AS confirmed_at, t.address_digest AS address_digest,
       t.broken AS broken, t.ways AS ways,
       e.activity_group AS activity_group, p.name AS group_name,
       (SELECT max(d.sent_at) FROM push_device d
         WHERE d.account = g.account) AS pushed_at,
       (SELECT max(m.made_at) FROM message m
         WHERE m.account = g.account AND m.channel = 'push'
           AND m.state = 'failed') AS push_failed_at
  FROM guardian g
  JOIN authority u ON u.guardian = g.id AND u.ended_at IS NULL
   AND u.kind IN ('parental', 'tutor') AND u.from_on <= :today
   AND (u.until_on IS NULL OR u.until_on >= :today)
  JOIN child c ON c.id = u.child AND c.erased_at IS NULL
  JOIN enrolment e ON e.child = u.child AND e.from_on <= :today
   AND e.until_on >= :today
  JOIN activity_group p ON p.id = e.activity_group
  LEFT JOIN account a ON a.id = g.account
  LEFT JOIN tell t ON t.account = g.account
 WHERE g.organisation = :organisation
 GROUP BY g.id, g.name_enc, g.phone_enc, g.account, a.phone_enc, a.email_enc,
          t.confirmed_at, t.address_digest, t.broken, t.ways,
          e.activity_group, p.name
 ORDER BY p.name, e.activity_group, g.id;

-- name: message_day_posts :many
-- What a group was told on a day, for paper; a notice by its newest words.
-- in: today integer
-- in: now integer
SELECT p.id AS id, p.title_enc AS title_enc, p.notice AS notice,
       t.title_fr_enc AS title_fr_enc, t.title_en_enc AS title_en_enc
  FROM post_audience a
  JOIN post p ON p.id = a.post
  LEFT JOIN notice n ON n.post = p.id
  LEFT JOIN notice_text t ON t.post = p.id AND t.version = n.version
 WHERE a.activity_group = :activity_group AND a.day_on = :today
   AND (p.notice = 0 OR n.post IS NOT NULL)
   AND p.state = 'published' AND p.publish_at <= :now AND p.paper IS NULL
 ORDER BY p.id;

-- name: message_restored :exec
-- in: now integer
-- After a restore: what was on its way may have gone already.
UPDATE message SET state = 'dropped', why = 'restored', ended_at = :now
 WHERE organisation = :organisation AND state IN ('queued', 'sending');

-- name: message_forget :exec
-- An account that is erased.
DELETE FROM message WHERE account = :account;
