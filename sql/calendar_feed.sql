-- The addresses of families' calendars, see life/address.h.

-- name: calendar_feed_of :opt
SELECT nonce, made_at, programme, menus, last_days
  FROM calendar_feed
 WHERE account = :account;

-- name: calendar_feed_find :opt
SELECT account, organisation, programme, menus, last_days
  FROM calendar_feed
 WHERE address_digest = :address_digest;

-- name: calendar_feed_drop :exec
DELETE FROM calendar_feed WHERE account = :account;

-- name: calendar_feed_add :exec
INSERT INTO calendar_feed (account, organisation, nonce, address_digest,
                           made_at, programme, menus, last_days)
VALUES (:account, :organisation, :nonce, :address_digest, :made_at, :programme,
        :menus, :last_days);

-- name: calendar_feed_set :exec
UPDATE calendar_feed
   SET programme = :programme, menus = :menus, last_days = :last_days
 WHERE account = :account;
