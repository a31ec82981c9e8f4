-- Purposes, words and standings of consent, see consent/.

-- name: consent_purpose_list :many
-- Ours and the organisation's own, with what it decided about each.
SELECT p.id AS id, p.organisation AS owner, p.word AS word, p.reach AS reach,
       p.publication AS publication, p.agree AS agree, p.media AS media,
       p.apart AS apart, p.asked AS asked, p.name_fr AS name_fr,
       p.name_en AS name_en, p.about_fr AS about_fr, p.about_en AS about_en,
       p.activity_group AS activity_group, p.from_on AS from_on,
       p.until_on AS until_on, p.stopped_at AS stopped_at,
       p.stopped_enc AS stopped_enc, y.asked AS policy_asked,
       y.agree AS policy_agree, y.renew_at AS renew_at
  FROM consent_purpose p
  LEFT JOIN consent_policy y
    ON y.purpose = p.id AND y.organisation = :organisation
 WHERE p.organisation IS NULL OR p.organisation = :organisation
 ORDER BY p.position, p.id;

-- name: consent_purpose_insert :one
-- in: organisation integer
INSERT INTO consent_purpose (organisation, word, reach, publication, agree,
       media, apart, asked, position, name_fr, name_en, about_fr, about_en,
       activity_group, from_on, until_on, created_at)
VALUES (:organisation, 'own', :reach, :publication, :agree, :media, :apart, 1,
        :position, :name_fr, :name_en, :about_fr, :about_en, :activity_group,
        :from_on, :until_on, :created_at)
RETURNING id;

-- name: consent_policy_set :exec
INSERT INTO consent_policy (organisation, purpose, asked, agree, renew_at)
VALUES (:organisation, :purpose, :asked, :agree, :renew_at)
    ON CONFLICT (organisation, purpose) DO UPDATE
   SET asked = excluded.asked, agree = excluded.agree,
       renew_at = coalesce(excluded.renew_at, consent_policy.renew_at);

-- name: consent_text_find :opt
SELECT id FROM consent_text
 WHERE organisation = :organisation AND digest = :digest;

-- name: consent_text_insert :one
INSERT INTO consent_text (organisation, digest, lang, body, made_at)
VALUES (:organisation, :digest, :lang, :body, :made_at)
RETURNING id;

-- name: consent_events :many
-- in: low integer
-- in: high integer
-- in: purpose integer
-- What was said about these children, of each in the order of entry; of one
-- purpose also what is about all of them, and where a court lifts what it
-- forbade (purpose 0: all).
SELECT child, id, purpose, media, activity_group, said, guardian, lifts,
       from_on, until_on, shown_at, acted_at
  FROM consent_event
 WHERE child BETWEEN :low AND :high AND purpose = :purpose
 UNION ALL
SELECT child, id, purpose, media, activity_group, said, guardian, lifts,
       from_on, until_on, shown_at, acted_at
  FROM consent_event
 WHERE child BETWEEN :low AND :high AND (purpose IS NULL OR action = 'lift')
   AND :purpose <> 0 AND purpose IS DISTINCT FROM :purpose
 UNION ALL
SELECT child, id, purpose, media, activity_group, said, guardian, lifts,
       from_on, until_on, shown_at, acted_at
  FROM consent_event
 WHERE child BETWEEN :low AND :high AND :purpose = 0
 ORDER BY child, id;

-- name: consent_proofs :many
-- The same with everything that proves it.
SELECT e.id AS id, e.organisation AS organisation, e.child AS child,
       e.who_digest AS who_digest, e.purpose AS purpose, e.media AS media,
       e.activity_group AS activity_group, e.speaker AS speaker,
       e.guardian AS guardian, e.action AS action, e.lifts AS lifts,
       e.from_on AS from_on, e.until_on AS until_on, e.text AS text,
       e.shown_at AS shown_at, e.acted_at AS acted_at,
       e.entered_at AS entered_at, e.method AS method, e.actor AS actor,
       e.witness AS witness, e.note_enc AS note_enc, e.hash AS hash,
       t.digest AS text_digest, t.lang AS text_lang, t.body AS text_body,
       g.name_enc AS guardian_name, w.name_enc AS witness_name,
       a.name_enc AS actor_name, p.word AS purpose_word,
       p.name_fr AS purpose_fr, p.name_en AS purpose_en
  FROM consent_event e
  LEFT JOIN consent_text t ON t.id = e.text
  LEFT JOIN guardian g ON g.id = e.guardian
  LEFT JOIN account w ON w.id = e.witness
  LEFT JOIN account a ON a.id = e.actor
  LEFT JOIN consent_purpose p ON p.id = e.purpose
 WHERE e.child = :child
 ORDER BY e.id;

-- name: consent_last_hash :opt
SELECT hash FROM consent_event WHERE child = :child ORDER BY id DESC LIMIT 1;

-- name: consent_next_id :one
-- out: next_id integer
-- The number is part of what is hashed, so it comes before the row.
SELECT coalesce(max(id), 0) + 1 AS next_id FROM consent_event;

-- name: consent_event_insert :exec
INSERT INTO consent_event (id, organisation, child, who_digest, purpose, media,
       activity_group, speaker, guardian, action, lifts, from_on, until_on,
       text, shown_at, acted_at, entered_at, method, actor, witness, note_enc,
       hash, said)
VALUES (:id, :organisation, :child, :who_digest, :purpose, :media,
        :activity_group, :speaker, :guardian, :action, :lifts, :from_on,
        :until_on, :text, :shown_at, :acted_at, :entered_at, :method, :actor,
        :witness, :note_enc, :hash, :said);

-- name: consent_child :opt
SELECT id, key_wrapped, first_enc, last_enc, born_enc, erased_at
  FROM child
 WHERE id = :child AND organisation = :organisation;

-- name: consent_children :many
-- in: low integer
-- in: high integer
SELECT id, key_wrapped, born_enc, erased_at
  FROM child
 WHERE id BETWEEN :low AND :high AND organisation = :organisation
 ORDER BY id;

-- name: consent_authority :many
-- in: low integer
-- in: high integer
-- out: tutor integer
-- Rows as those of consent_holders, without names.
SELECT child, guardian, CASE kind WHEN 'tutor' THEN 1 ELSE 0 END AS tutor,
       from_on, until_on, ended_at
  FROM authority
 WHERE child BETWEEN :low AND :high AND kind IN ('parental', 'tutor')
 ORDER BY child, id;

-- name: consent_stands :many
-- in: low integer
-- in: high integer
-- Rows as those of consent_standings, without names.
SELECT child, guardian, kind, purpose, from_on, until_on, ended_at, confirmed_at
  FROM consent_standing
 WHERE child BETWEEN :low AND :high
 ORDER BY child, id;

-- name: consent_holders :many
SELECT a.guardian AS guardian, a.kind AS kind, a.from_on AS from_on,
       a.until_on AS until_on, a.ended_at AS ended_at, g.name_enc AS name_enc,
       g.account AS account, g.lang AS lang
  FROM authority a
  JOIN guardian g ON g.id = a.guardian
 WHERE a.child = :child AND a.kind IN ('parental', 'tutor')
 ORDER BY a.id;

-- name: consent_standings :many
SELECT s.id AS id, s.guardian AS guardian, s.kind AS kind,
       s.from_on AS from_on, s.until_on AS until_on, s.ended_at AS ended_at,
       s.document_enc AS document_enc, s.purpose AS purpose,
       s.confirmed_at AS confirmed_at, g.name_enc AS name_enc, w.name_enc AS witness_name
  FROM consent_standing s
  JOIN guardian g ON g.id = s.guardian
  LEFT JOIN account w ON w.id = s.witness
 WHERE s.child = :child
 ORDER BY s.id;

-- name: consent_standing_insert :one
INSERT INTO consent_standing (organisation, child, guardian, kind, purpose,
       from_on, until_on, document_enc, witness, noted_by, noted_at)
VALUES (:organisation, :child, :guardian, :kind, :purpose, :from_on, :until_on,
        :document_enc, :witness, :noted_by, :noted_at)
RETURNING id;

-- name: consent_standing_end :exec
UPDATE consent_standing SET ended_at = :ended_at
 WHERE id = :id AND child = :child AND organisation = :organisation
   AND ended_at IS NULL;

-- name: consent_groups :many
-- in: low integer
-- in: high integer
-- in: today integer
-- Groups in which these children are or were, and until when; of one that a
-- child came back to, several rows one after the other.
SELECT child, activity_group, until_on
  FROM enrolment
 WHERE child BETWEEN :low AND :high AND from_on <= :today
 ORDER BY child, activity_group;

-- name: consent_changes :many
-- in: seen integer
-- in: most integer
-- Whose answers changed since, oldest first.
SELECT id, child FROM consent_change
 WHERE id > :seen
 ORDER BY id
 LIMIT :most;

-- name: consent_change_newest :one
-- out: newest integer
-- out: oldest integer
SELECT coalesce((SELECT max(id) FROM consent_change), 0) AS newest,
       coalesce((SELECT min(id) FROM consent_change), 0) AS oldest;

-- name: consent_change_sweep :exec
-- in: keep integer
DELETE FROM consent_change
 WHERE id < (SELECT max(c.id) FROM consent_change c) - :keep;

-- name: consent_season_end :opt
-- in: today integer
-- The last day of the season that the child is in.
SELECT s.until_on AS until_on
  FROM enrolment e
  JOIN activity_group g ON g.id = e.activity_group
  JOIN season s ON s.id = g.season
 WHERE e.child = :child AND e.until_on >= :today AND s.until_on >= :today
 ORDER BY s.until_on
 LIMIT 1;

-- name: consent_by_who :many
-- Proofs by name and birth date, of a child that was erased.
SELECT DISTINCT child FROM consent_event
 WHERE organisation = :organisation AND who_digest = :who_digest
 ORDER BY child;

-- name: consent_children_heard :many
-- in: today integer
-- Children of whom answers are to be had: those who are enrolled.
SELECT DISTINCT c.id AS id
  FROM child c
  JOIN enrolment e ON e.child = c.id
 WHERE c.organisation = :organisation AND c.erased_at IS NULL
   AND e.from_on <= :today AND e.until_on >= :today
 ORDER BY c.id;

-- name: consent_forget_old :exec
-- in: before integer
-- Proofs about children who were erased long ago.
DELETE FROM consent_event
 WHERE organisation = :organisation
   AND child IN (SELECT c.id FROM child c WHERE c.erased_at < :before);

-- name: consent_text_digest :one
SELECT digest FROM consent_text
 WHERE id = :id AND organisation = :organisation;

-- name: consent_guardian_of :opt
-- Who of the families an account is.
SELECT id, name_enc FROM guardian
 WHERE account = :account AND organisation = :organisation;

-- name: consent_witnesses :many
-- Who else of the staff may have seen a signature.
SELECT id, name_enc FROM account
 WHERE organisation = :organisation AND kind = 'staff' AND state = 'active'
   AND id <> :account
 ORDER BY id;

-- name: consent_adults :many
-- Whom a judge may give the say: everybody of the child's life who is noted,
-- but who may have no contact.
SELECT DISTINCT g.id AS id, g.name_enc AS name_enc
  FROM authority a
  JOIN guardian g ON g.id = a.guardian
 WHERE a.child = :child AND a.ended_at IS NULL AND a.kind <> 'no_contact'
 ORDER BY g.id;

-- name: consent_standings_waiting :many
-- in: today integer
-- Decisions of a judge that this person is the witness of, and has not said
-- so.
SELECT s.id AS id, s.child AS child, s.purpose AS purpose,
       s.from_on AS from_on, s.until_on AS until_on,
       s.document_enc AS document_enc, g.name_enc AS name_enc,
       n.name_enc AS noted_name, c.key_wrapped AS key_wrapped,
       c.first_enc AS first_enc, c.last_enc AS last_enc
  FROM consent_standing s
  JOIN guardian g ON g.id = s.guardian
  JOIN child c ON c.id = s.child
  LEFT JOIN account n ON n.id = s.noted_by
 WHERE s.witness = :witness AND s.confirmed_at IS NULL AND s.ended_at IS NULL
   AND s.kind = 'delegated' AND c.erased_at IS NULL
   AND (s.until_on IS NULL OR s.until_on >= :today)
 ORDER BY s.id;

-- name: consent_standing_confirm :exec
UPDATE consent_standing SET confirmed_at = :confirmed_at
 WHERE id = :id AND witness = :witness AND confirmed_at IS NULL
   AND ended_at IS NULL;

-- name: consent_purpose_stop :exec
UPDATE consent_purpose
   SET stopped_at = :stopped_at, stopped_by = :stopped_by,
       stopped_enc = :stopped_enc
 WHERE id = :id AND organisation = :organisation
   AND activity_group IS NOT NULL AND stopped_at IS NULL;

-- name: consent_outings_silent :many
-- in: guardian integer
-- in: today integer
-- in: organisation integer
-- Children about whom this person has said nothing to a form for an outing of
-- theirs; whether anything is asked of it the rule says.
SELECT DISTINCT e.child AS child
  FROM authority u
  JOIN enrolment e ON e.child = u.child
  JOIN consent_purpose p ON p.activity_group = e.activity_group
 WHERE u.guardian = :guardian AND u.ended_at IS NULL
   AND u.kind <> 'no_contact' AND e.from_on <= :today
   AND p.organisation = :organisation AND p.until_on >= :today
   AND p.stopped_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM consent_event v
                    WHERE v.child = e.child AND v.purpose = p.id
                      AND v.guardian = u.guardian)
 ORDER BY e.child;
