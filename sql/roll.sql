-- The register of those who handle reports, see report/roll.h.

-- name: roll_add :one
INSERT INTO handler_entry (organisation, account, written_by, written_at, paid,
                           begins_on, ends_on, checked_until_on, trained_on,
                           trained_until_on, selected_enc, training_enc,
                           clearance_enc, wellbeing_enc)
VALUES (:organisation, :account, :written_by, :written_at, :paid, :begins_on,
        :ends_on, :checked_until_on, :trained_on, :trained_until_on,
        :selected_enc, :training_enc, :clearance_enc, :wellbeing_enc)
RETURNING id;

-- name: roll_people :many
-- in: organisation integer
-- out: standing text
-- out: named_until_on integer
-- Who may have part in reports by role or because a director named them, with
-- the newest row of each.
SELECT a.id AS id, a.role AS role, a.name_enc AS name_enc,
       h.standing AS standing, h.checked_until_on AS named_until_on,
       r.id AS entry, r.written_at AS written_at, r.paid AS paid,
       r.begins_on AS begins_on, r.ends_on AS ends_on,
       r.checked_until_on AS checked_until_on, r.trained_on AS trained_on,
       r.trained_until_on AS trained_until_on, r.selected_enc AS selected_enc,
       r.training_enc AS training_enc, r.clearance_enc AS clearance_enc,
       r.wellbeing_enc AS wellbeing_enc, w.name_enc AS writer_enc
  FROM account a
  LEFT JOIN handler h
         ON h.id = (SELECT max(n.id) FROM handler n
                     WHERE n.account = a.id AND n.ended_at IS NULL)
  LEFT JOIN handler_entry r
         ON r.id = (SELECT max(e.id) FROM handler_entry e
                     WHERE e.account = a.id)
  LEFT JOIN account w ON w.id = r.written_by
 WHERE a.organisation = :organisation AND a.kind = 'staff'
   AND a.state = 'active'
   AND (a.role IN ('safeguarding', 'director') OR h.id IS NOT NULL)
 ORDER BY a.id;

-- name: roll_paid :opt
-- Whether this account is paid for it, as the register says.
SELECT paid FROM handler_entry
 WHERE account = :account
 ORDER BY id DESC
 LIMIT 1;

-- name: roll_erase :exec
DELETE FROM handler_entry WHERE account = :account;
