-- How an account wants to be told, see tell/choice.h.

-- name: tell_get :opt
-- out: devices integer
SELECT daily, ways, at_min, quiet_from, quiet_to, pause_until, address_digest,
       asked_at, confirmed_at, broken, told_on, told_at, next_at,
       (SELECT count(*) FROM push_device d
         WHERE d.account = tell.account) AS devices
  FROM tell
 WHERE account = :account;

-- name: tell_begin :exec
-- The row of an account that has none yet.
INSERT INTO tell (account, organisation, daily, quiet_from, quiet_to, told_on,
                  told_at)
VALUES (:account, :organisation, 1, :quiet_from, :quiet_to, :told_on, :told_at)
    ON CONFLICT (account) DO NOTHING;

-- name: tell_set :exec
UPDATE tell
   SET daily = :daily, ways = :ways, at_min = :at_min, quiet_from = :quiet_from,
       quiet_to = :quiet_to, pause_until = :pause_until, next_at = :next_at
 WHERE account = :account;

-- name: tell_asked :exec
-- Whom nothing reaches any more is found when the hour comes.
UPDATE tell
   SET address_digest = :address_digest, asked_at = :asked_at,
       confirmed_at = NULL, broken = NULL
 WHERE account = :account;

-- name: tell_confirm :exec
UPDATE tell
   SET confirmed_at = :confirmed_at, broken = NULL, told_at = :told_at,
       next_at = :next_at
 WHERE account = :account;

-- name: tell_wake :exec
-- Something reaches an account that nothing reached: what is new from now on.
UPDATE tell SET told_at = :told_at, next_at = :next_at
 WHERE account = :account AND next_at IS NULL;

-- name: tell_broken :exec
UPDATE tell SET broken = :broken
 WHERE account = :account AND confirmed_at IS NOT NULL;

-- name: tell_bounced :exec
-- in: made_at integer
-- A letter of then came back; an address that was confirmed since is another.
UPDATE tell SET broken = :broken
 WHERE account = :account AND confirmed_at <= :made_at;

-- name: tell_due :many
-- out: devices integer
-- in: now integer
-- in: most integer
SELECT t.account AS account, t.organisation AS organisation, t.daily AS daily,
       t.ways AS ways, t.at_min AS at_min, t.quiet_from AS quiet_from, t.quiet_to AS quiet_to,
       t.pause_until AS pause_until, t.address_digest AS address_digest,
       t.confirmed_at AS confirmed_at, t.broken AS broken,
       t.told_on AS told_on, t.told_at AS told_at,
       a.state AS state, a.email_enc AS email_enc,
       (SELECT count(*) FROM push_device d
         WHERE d.account = t.account) AS devices
  FROM tell t
  JOIN account a ON a.id = t.account
 WHERE t.next_at <= :now
 ORDER BY t.next_at
 LIMIT :most;

-- name: tell_next :one
-- out: at integer
SELECT min(next_at) AS at FROM tell WHERE next_at IS NOT NULL;

-- name: tell_told :exec
-- What was new until then was told, on that day.
UPDATE tell SET told_on = :told_on, told_at = :told_at, next_at = :next_at
 WHERE account = :account;

-- name: tell_later :exec
UPDATE tell SET next_at = :next_at WHERE account = :account;

-- name: tell_restored :exec
-- in: today integer
-- After a restore: the message of today may have gone already.
UPDATE tell SET told_on = :today
 WHERE organisation = :organisation AND told_on < :today;

-- name: tell_news_posts :many
-- out: videos integer
-- out: items integer
-- Albums and notices whose hour has come since then, one row per audience.
-- in: since integer
-- in: now integer
SELECT p.id AS id, p.author AS author, p.publish_at AS publish_at,
       p.notice AS notice, p.brought AS brought, p.photos AS photos,
       (SELECT count(*) FROM medium m
         WHERE m.post = p.id AND m.state = 'ready' AND m.kind = 'video') AS videos,
       (SELECT count(*) FROM item i WHERE i.post = p.id) AS items,
       a.activity_group AS activity_group, a.child AS child
  FROM post p
  JOIN post_audience a ON a.post = p.id
 WHERE p.organisation = :organisation AND p.state = 'published'
   AND p.publish_at > :since AND p.publish_at <= :now AND p.paper IS NULL
 ORDER BY p.id;

-- name: tell_forget :exec
-- An account that is erased.
DELETE FROM tell WHERE account = :account;

-- name: farewell_forget :exec
DELETE FROM farewell_told WHERE account = :account;
