-- Who was sent what, see sharing/received.h.

-- name: received_note :exec
-- in: first_at integer
-- in: last_on integer
-- in: account integer
-- in: medium integer
-- Once a day at most for each account and medium; nothing of what is erased.
-- What is made of a medium counts as that.  last_on: in the organisation's
-- zone; of UTC where an older version wrote it.
INSERT INTO received (medium, account, organisation, first_at, last_on)
SELECT m.id, a.id, m.organisation, :first_at, :last_on
  FROM account a
  JOIN medium i ON i.organisation = a.organisation
  JOIN medium m ON m.id = coalesce(i.video, i.id)
 WHERE a.id = :account AND a.ended_at IS NULL
   AND i.id = :medium AND m.state <> 'deleted'
ON CONFLICT (medium, account)
DO UPDATE SET last_on = excluded.last_on
 WHERE received.last_on < excluded.last_on;

-- name: received_of_medium :many
SELECT r.account, r.first_at, r.last_on, a.name_enc
  FROM received r
  JOIN account a ON a.id = r.account
 WHERE r.medium = :medium
 ORDER BY r.account;

-- name: received_mine :many
-- out: media integer
-- out: first_at integer
-- out: last_on integer
-- By album, the newest first.
SELECT p.id, p.title_enc, count(*) AS media, min(r.first_at) AS first_at,
       max(r.last_on) AS last_on
  FROM received r
  JOIN medium m ON m.id = r.medium
  JOIN post p ON p.id = m.post
 WHERE r.account = :account
 GROUP BY p.id, p.title_enc
 ORDER BY p.id DESC
 LIMIT 100;

-- name: received_forget :exec
DELETE FROM received WHERE medium = :medium;

-- name: received_forget_account :exec
-- What a hold or an open case needs stays, without a name.
DELETE FROM received
 WHERE account = :account
   AND NOT EXISTS (SELECT 1 FROM held_medium h WHERE h.id = received.medium);

-- name: received_forget_deleted :exec
-- Of media whose keys went with an erasure that a backup did not know.
DELETE FROM received
 WHERE medium IN (SELECT m.id FROM medium m WHERE m.state = 'deleted');

-- name: received_end :exec
-- in: before integer
-- in: most integer
DELETE FROM received
 WHERE (medium, account) IN
       (SELECT r.medium, r.account FROM received r
         WHERE r.organisation = :organisation AND r.last_on < :before
           AND NOT EXISTS (SELECT 1 FROM held_medium h WHERE h.id = r.medium)
         ORDER BY r.last_on
         LIMIT :most);
