-- Devices that notifications go to, see tell/device.h.

-- name: push_devices :many
SELECT id, name_enc, made_at, sent_at, cookie_digest
  FROM push_device
 WHERE account = :account
 ORDER BY id;

-- name: push_device_add :one
-- The same browser once more, also when it is another person's now: the row is
-- this one's.
INSERT INTO push_device (organisation, account, session, cookie_digest,
                         target_digest, target_enc, name_enc, made_at,
                         house_key)
VALUES (:organisation, :account, :session, :cookie_digest, :target_digest,
        :target_enc, :name_enc, :made_at, :house_key)
RETURNING id;

-- name: push_device_replace :exec
-- What would be the same browser.
DELETE FROM push_device
 WHERE cookie_digest = :cookie_digest OR target_digest = :target_digest;

-- name: push_device_end :exec
DELETE FROM push_device WHERE id = :id AND account = :account;

-- name: push_device_gone :exec
-- The push service says that there is no such browser any more.
DELETE FROM push_device WHERE id = :id;

-- name: push_device_other :exec
-- Somebody else signs in there now.
DELETE FROM push_device
 WHERE cookie_digest = :cookie_digest AND account <> :account;

-- name: push_device_here :exec
-- Its owner signs in there again.
UPDATE push_device SET session = :session
 WHERE cookie_digest = :cookie_digest AND account = :account;

-- name: push_device_sent :exec
UPDATE push_device SET sent_at = :sent_at WHERE id = :id;

-- name: push_key :one
SELECT push_key FROM organisation WHERE id = :id;

-- name: push_key_renew :exec
UPDATE organisation SET push_key = push_key + 1 WHERE id = :id;

-- name: push_due :many
-- in: now integer
-- in: most integer
SELECT m.id AS id, m.organisation AS organisation, m.account AS account,
       m.kind AS kind, m.tries AS tries, m.made_at AS made_at,
       m.device AS device, a.state AS account_state, a.lang AS lang,
       t.daily AS daily, t.ways AS ways, t.quiet_from AS quiet_from,
       t.quiet_to AS quiet_to, d.target_enc AS target_enc,
       d.house_key AS house_key, o.push_key AS push_key
  FROM message m
  JOIN account a ON a.id = m.account
  JOIN organisation o ON o.id = m.organisation
  LEFT JOIN push_device d ON d.id = m.device
  LEFT JOIN tell t ON t.account = m.account
 WHERE m.state = 'queued' AND m.channel = 'push' AND m.next_at <= :now
 ORDER BY m.next_at, m.id
 LIMIT :most;

-- name: push_later :exec
-- Not now: in quiet hours.
UPDATE message SET next_at = :next_at WHERE id = :id AND state = 'queued';

-- name: push_add_digest :exec
-- in: day_on integer
-- in: what text
-- in: now integer
-- No row for a device that had this day's.
INSERT INTO message (organisation, account, device, kind, channel, day_on,
                     what, state, next_at, made_at)
SELECT d.organisation, d.account, d.id, 'digest', 'push', :day_on, :what,
       'queued', :now, :now
  FROM push_device d
 WHERE d.account = :account
    ON CONFLICT (device, day_on) WHERE kind = 'digest' AND channel = 'push' DO NOTHING;

-- name: push_add_urgent :exec
-- in: urgent integer
-- in: day_on integer
-- in: now integer
-- No row for a device that has this one already.
INSERT INTO message (organisation, account, device, kind, channel, urgent,
                     day_on, what, state, next_at, made_at)
SELECT d.organisation, d.account, d.id, 'urgent', 'push', :urgent, :day_on, '',
       'queued', :now, :now
  FROM push_device d
 WHERE d.account = :account
    ON CONFLICT (urgent, device) WHERE kind = 'urgent' AND channel = 'push' DO NOTHING;

-- name: push_add_waits :exec
-- in: day_on integer
-- in: next_at integer
-- in: now integer
-- No row for a device that has one queued.
INSERT INTO message (organisation, account, device, kind, channel, day_on,
                     what, state, next_at, made_at)
SELECT d.organisation, d.account, d.id, 'waits', 'push', :day_on, '', 'queued',
       :next_at, :now
  FROM push_device d
 WHERE d.account = :account
    ON CONFLICT (device) WHERE kind = 'waits' AND channel = 'push' AND state = 'queued' DO NOTHING;
