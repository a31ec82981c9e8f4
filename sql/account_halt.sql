-- Accounts that two people stop, see people/halt.h.

-- name: halt_needs_two :one
-- in: account integer
-- in: organisation integer
-- in: known integer
-- out: n integer
-- Answers to nobody in the organisation, or did not long ago: reads reports
-- about whoever directs it (report/route.h).
SELECT count(*) AS n
  FROM handler h
 WHERE h.account = :account AND h.organisation = :organisation
   AND h.standing IN ('independent', 'outside')
   AND (h.ended_at IS NULL OR h.ended_at >= :known);

-- name: halt_asked :opt
SELECT what, asked_by FROM account_halt
 WHERE account = :account AND organisation = :organisation
   AND asked_at >= :since;

-- name: halt_ask :exec
-- What lapsed makes room.
INSERT INTO account_halt (account, organisation, what, asked_by, asked_at)
VALUES (:account, :organisation, :what, :asked_by, :asked_at)
    ON CONFLICT (account) DO UPDATE
   SET what = excluded.what, asked_by = excluded.asked_by,
       asked_at = excluded.asked_at;

-- name: halt_forget :exec
DELETE FROM account_halt WHERE account = :account;

-- name: halt_withdraw :exec
DELETE FROM account_halt
 WHERE account = :account AND organisation = :organisation
   AND asked_by = :asked_by;

-- name: halt_list :many
-- in: known integer
-- in: viewer integer
-- in: organisation integer
-- in: since integer
-- out: may integer
-- What was asked; may: the viewer can be the second, not having been let in or
-- named by who asks a short while ago.
SELECT h.account, h.what, h.asked_by, h.asked_at, a.name_enc AS name_enc,
       b.name_enc AS asker_enc,
       CASE WHEN v.id = h.asked_by OR v.kind <> 'staff' OR v.state <> 'active'
            THEN 0
            WHEN v.id = h.account
            THEN 1
            WHEN v.approved_by = h.asked_by AND v.created_at >= :known
            THEN 0
            WHEN v.role IN ('director', 'safeguarding')
            THEN 1
            WHEN EXISTS (SELECT 1 FROM handler n
                          WHERE n.account = v.id AND n.ended_at IS NULL
                            AND (n.named_by <> h.asked_by
                                 OR n.named_at < :known))
            THEN 1 ELSE 0 END AS may
  FROM account v
  JOIN account_halt h ON h.organisation = v.organisation
  JOIN account a ON a.id = h.account
  JOIN account b ON b.id = h.asked_by
 WHERE v.id = :viewer AND v.organisation = :organisation
   AND h.asked_at >= :since
   AND (h.what = 'close' AND a.state <> 'closed' OR a.state = 'active')
 ORDER BY h.account;

-- name: halt_purge :exec
-- in: before integer
DELETE FROM account_halt WHERE asked_at < :before;
