-- Media that were stopped: cases, hits, events, signals.

-- name: stop_medium_facts :opt
SELECT m.id, m.organisation, m.post, m.uploader, m.state
  FROM medium m
 WHERE m.id = :id;

-- name: stop_open :opt
-- The case that a medium stands under.
SELECT id, cause, outcome
  FROM stopping
 WHERE medium = :medium AND (outcome IS NULL OR outcome = 'confirmed');

-- name: stop_create :one
INSERT INTO stopping (organisation, medium, post, uploader, cause, stage,
                      stopped_at)
VALUES (:organisation, :medium, :post, :uploader, :cause, :stage, :stopped_at)
RETURNING id;

-- name: stop_worsen :exec
-- What was held because it was withdrawn is on a list after all.
UPDATE stopping SET cause = 'list' WHERE id = :id AND cause = 'withdrawn';

-- name: stop_state :exec
UPDATE medium SET state = :state WHERE id = :id;

-- name: stop_hit_add :exec
-- No row: the case has that entry already.
INSERT INTO stop_hit (stopping, list, list_name, list_source, list_generation,
                      entry, entry_name, entry_scheme, entry_category,
                      entry_value, hash_kind, hash, hypothesis, transform,
                      frame, quality, distance, threshold, found_at)
VALUES (:stopping, :list, :list_name, :list_source, :list_generation, :entry,
        :entry_name, :entry_scheme, :entry_category, :entry_value, :hash_kind,
        :hash, :hypothesis, :transform, :frame, :quality, :distance,
        :threshold, :found_at)
ON CONFLICT DO NOTHING;

-- name: stop_hit_judged :opt
-- A person has let this very medium go in spite of that entry.
-- in: list_or_none integer
SELECT h.id
  FROM stopping s
  JOIN stop_hit h ON h.stopping = s.id
 WHERE s.medium = :medium AND s.outcome = 'released'
   AND h.hash_kind = :hash_kind AND h.entry_value = :entry_value
   AND coalesce(h.list, CASE h.list_source
                          WHEN 'arachnid-shield' THEN -1 ELSE 0 END)
     = :list_or_none
 LIMIT 1;

-- name: stop_list :opt
SELECT name, source, enabled FROM list WHERE id = :id;

-- name: stop_event_add :exec
INSERT INTO stop_event (stopping, at, actor, deed, note_enc)
VALUES (:stopping, :at, :actor, :deed, :note_enc);

-- name: stop_signal_add :exec
INSERT INTO signal (organisation, rule, subject_kind, subject, raised_at,
                    reason_enc)
VALUES (:organisation, :rule, :subject_kind, :subject, :raised_at, :reason_enc);

-- name: stop_reason_of :many
-- The reasons that were written down, of one case.
SELECT raised_at, reason_enc
  FROM signal
 WHERE subject_kind = 'stopping' AND subject = :subject
 ORDER BY id;

-- ---- reading ----

-- name: stop_by_id :one
SELECT s.id, s.medium, s.post, s.uploader, s.cause, s.stage, s.stopped_at,
       s.proposed, s.proposed_by, s.proposed_at, s.outcome, s.outcome_by,
       s.outcome_at, p.author, p.title_enc, u.name_enc AS uploader_name_enc,
       b.name_enc AS proposer_name_enc
  FROM stopping s
  JOIN post p ON p.id = s.post
  JOIN account u ON u.id = s.uploader
  LEFT JOIN account b ON b.id = s.proposed_by
 WHERE s.id = :id AND s.organisation = :organisation;

-- name: stop_all :many
-- What waits first, then the newest.
-- in: most integer
SELECT s.id, s.cause, s.stage, s.stopped_at, s.proposed, s.proposed_by,
       s.outcome, s.outcome_at, s.uploader, p.author,
       u.name_enc AS uploader_name_enc
  FROM stopping s
  JOIN post p ON p.id = s.post
  JOIN account u ON u.id = s.uploader
 WHERE s.organisation = :organisation
 ORDER BY CASE WHEN s.outcome IS NULL THEN 0 ELSE 1 END, s.id DESC
 LIMIT :most;

-- name: stop_waiting :many
SELECT s.id, s.uploader, p.author
  FROM stopping s
  JOIN post p ON p.id = s.post
 WHERE s.organisation = :organisation AND s.outcome IS NULL;

-- name: stop_people :one
-- Whom a case is about: they are never in its circle.
SELECT s.organisation, s.uploader, p.author
  FROM stopping s
  JOIN post p ON p.id = s.post
 WHERE s.id = :id;

-- name: stop_hits :many
SELECT h.id, h.list, h.list_name, h.list_source, h.list_generation, h.entry,
       h.entry_name, h.entry_scheme, h.entry_category, h.entry_value,
       h.hash_kind, h.hash, h.hypothesis, h.transform, h.frame, h.quality,
       h.distance, h.threshold, h.found_at, h.off_at
  FROM stop_hit h
 WHERE h.stopping = :stopping
 ORDER BY h.distance, h.id;

-- name: stop_events :many
SELECT e.at, e.actor, e.deed, e.note_enc, a.name_enc
  FROM stop_event e
  LEFT JOIN account a ON a.id = e.actor
 WHERE e.stopping = :stopping
 ORDER BY e.id;

-- name: stop_of_post :many
-- The cases of an album that still hold something: for its album's page.
SELECT s.id, s.medium, s.cause
  FROM stopping s
 WHERE s.post = :post AND (s.outcome IS NULL OR s.outcome = 'confirmed')
 ORDER BY s.id;

-- name: stop_held_count :one
-- out: posts integer
-- out: media integer
-- What a case holds beside its own medium.
SELECT (SELECT count(*) FROM stop_hold h
         WHERE h.stopping = :stopping AND h.lifted_at IS NULL) AS posts,
       (SELECT count(*) FROM stop_hold h
          JOIN medium m ON m.post = h.post AND m.uploader = h.uploader
         WHERE h.stopping = :stopping AND h.lifted_at IS NULL
           AND m.state = 'held' AND m.kind <> 'still') AS media;

-- ---- deciding ----

-- name: stop_propose :exec
UPDATE stopping
   SET proposed = :proposed, proposed_by = :proposed_by,
       proposed_at = :proposed_at
 WHERE id = :id AND outcome IS NULL;

-- name: stop_unpropose :exec
UPDATE stopping
   SET proposed = NULL, proposed_by = NULL, proposed_at = NULL
 WHERE id = :id;

-- name: stop_decide :exec
-- What was confirmed may still be released; what was released stays so.
UPDATE stopping
   SET outcome = :outcome, outcome_by = :outcome_by, outcome_at = :outcome_at,
       proposed = NULL, proposed_by = NULL, proposed_at = NULL
 WHERE id = :id AND (outcome IS NULL OR outcome = 'confirmed');

-- name: stop_cases_of_entry :many
-- The cases of an organisation in which this entry counts.
SELECT s.id, s.medium, s.post, s.uploader
  FROM stop_hit h
  JOIN stopping s ON s.id = h.stopping
 WHERE h.hash_kind = :hash_kind AND h.entry_value = :entry_value
   AND h.list = :list AND h.off_at IS NULL
   AND s.organisation = :organisation
   AND (s.outcome IS NULL OR s.outcome = 'confirmed')
 ORDER BY s.id;

-- name: stop_cases_of_list :many
SELECT s.id, s.medium, s.post, s.uploader
  FROM stopping s
 WHERE s.organisation = :organisation
   AND (s.outcome IS NULL OR s.outcome = 'confirmed')
   AND EXISTS (SELECT 1 FROM stop_hit h
                WHERE h.stopping = s.id AND h.list = :list
                  AND h.off_at IS NULL)
 ORDER BY s.id;

-- name: stop_hit_off :exec
UPDATE stop_hit
   SET off_at = :off_at
 WHERE stopping = :stopping AND list = :list AND hash_kind = :hash_kind
   AND entry_value = :entry_value AND off_at IS NULL;

-- name: stop_hit_off_here :exec
-- Of no list that could be asked to take it out.
UPDATE stop_hit SET off_at = :off_at WHERE id = :id AND off_at IS NULL;

-- name: stop_hits_off_list :exec
UPDATE stop_hit
   SET off_at = :off_at
 WHERE stopping = :stopping AND list = :list AND off_at IS NULL;

-- name: stop_hits_off :exec
UPDATE stop_hit SET off_at = :off_at
 WHERE stopping = :stopping AND off_at IS NULL;

-- name: stop_hits_live :one
-- out: n integer
SELECT count(*) AS n FROM stop_hit WHERE stopping = :stopping AND off_at IS NULL;

-- name: stop_sealed :opt
SELECT id FROM medium WHERE id = :id AND sealed = 1;

-- name: stop_has_renditions :opt
SELECT id FROM blob WHERE medium = :medium AND side = 1024;

-- ---- the hold ----

-- name: stop_hold_posts :many
-- in: medium integer
-- in: now integer
-- Where this person has something that nobody was shown yet, and the album of
-- what was stopped.
SELECT DISTINCT p.id, p.state, p.publish_at
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.uploader = :uploader AND m.organisation = :organisation
   AND (m.state IN ('receiving', 'queued') OR m.id = :medium
        OR (m.state IN ('ready', 'held')
            AND (p.state = 'draft' OR p.publish_at > :now)))
 ORDER BY p.id;

-- name: stop_hold_add :exec
INSERT INTO stop_hold (stopping, post, uploader, publish_at, made_at)
VALUES (:stopping, :post, :uploader, :publish_at, :made_at)
ON CONFLICT DO NOTHING;

-- name: stop_hold_unschedule :exec
-- in: now integer
-- What was to come is a draft again, until the hold is lifted.
UPDATE post
   SET state = 'draft', publish_at = NULL, changed_at = :now
 WHERE id = :id AND state = 'published' AND publish_at > :now;

-- name: stop_hold_media :exec
-- in: now integer
UPDATE medium
   SET state = 'held'
 WHERE post = :post AND uploader = :uploader AND state = 'ready'
   AND EXISTS (SELECT 1 FROM post p
                WHERE p.id = medium.post
                  AND (p.state = 'draft' OR p.publish_at > :now));

-- name: stop_hold_of_post :opt
SELECT stopping FROM stop_hold WHERE post = :post AND lifted_at IS NULL LIMIT 1;

-- name: stop_holds :many
SELECT id, post, uploader, publish_at
  FROM stop_hold
 WHERE stopping = :stopping AND lifted_at IS NULL
 ORDER BY id;

-- name: stop_hold_lift :exec
UPDATE stop_hold SET lifted_at = :lifted_at WHERE id = :id;

-- name: stop_hold_reschedule :exec
-- in: now integer
-- As its author had decided, once nothing else holds it.
UPDATE post
   SET state = 'published', publish_at = :publish_at, changed_at = :now
 WHERE id = :id AND state = 'draft'
   AND NOT EXISTS (SELECT 1 FROM stop_hold h
                    WHERE h.post = :id AND h.lifted_at IS NULL);

-- name: stop_hold_keep_time :exec
-- Another case holds the same album: it remembers the hour now.
UPDATE stop_hold
   SET publish_at = :publish_at
 WHERE post = :post AND lifted_at IS NULL AND publish_at IS NULL;

-- name: stop_hold_free_media :exec
UPDATE medium
   SET state = 'ready'
 WHERE post = :post AND uploader = :uploader AND state = 'held'
   AND reported = 0
   AND NOT EXISTS (SELECT 1 FROM stop_hold h
                    WHERE h.post = medium.post
                      AND h.uploader = medium.uploader
                      AND h.lifted_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM stopping s
                    WHERE s.medium = medium.id
                      AND (s.outcome IS NULL OR s.outcome = 'confirmed'));

-- ---- the legal hold ----

-- name: legal_hold_add :exec
INSERT INTO legal_hold (medium, stopping, held_at)
VALUES (:medium, :stopping, :held_at)
ON CONFLICT DO NOTHING;

-- name: legal_hold_end :exec
UPDATE legal_hold SET ended_at = :ended_at
 WHERE medium = :medium AND ended_at IS NULL;

-- name: legal_hold_wanted :opt
-- That its erasure was asked for while it was held.
SELECT id
  FROM legal_hold
 WHERE medium = :medium AND erasure_wanted_at IS NOT NULL
 LIMIT 1;

-- name: stop_return :exec
-- Prepared already: back to where families find it, unless another case holds
-- what its uploader sends.
UPDATE medium
   SET state = CASE WHEN reported = 1 OR EXISTS (
                      SELECT 1 FROM stop_hold h
                       WHERE h.post = medium.post
                         AND h.uploader = medium.uploader
                         AND h.lifted_at IS NULL)
                    THEN 'held' ELSE 'ready' END
 WHERE id = :medium AND state IN ('locked', 'held');

-- name: stop_hits_off_register :exec
-- A list says more than the register: its hits are what the case stands on.
UPDATE stop_hit SET off_at = :off_at
 WHERE stopping = :stopping AND list IS NULL AND off_at IS NULL
   AND list_source <> 'arachnid-shield';

-- name: stop_wanted_media :many
-- What a hold kept from being erased, and nothing holds any more.
SELECT l.medium
  FROM legal_hold l
  JOIN medium m ON m.id = l.medium
 WHERE m.post = :post AND m.uploader = :uploader AND l.ended_at IS NULL
   AND l.erasure_wanted_at IS NOT NULL
   AND m.state NOT IN ('locked', 'deleted')
   AND NOT EXISTS (SELECT 1 FROM stop_hold h
                    WHERE h.post = m.post AND h.uploader = m.uploader
                      AND h.lifted_at IS NULL);

-- name: stop_near_of_post :many
-- The photos of an album by what they are recognised by, in their order.
-- in: pdq integer
SELECT m.id, h.quality, h.hash
  FROM medium m
  JOIN medium_hash h ON h.medium = m.id AND h.hash_kind = :pdq
                    AND h.hypothesis = 0 AND h.frame = 0 AND h.pipeline = 0
 WHERE m.post = :post AND m.state = 'ready' AND m.kind = 'photo'
 ORDER BY m.position, m.id;

-- name: stop_unchecked :one
-- Photos that nobody sees until they are compared, and since when the first.
-- out: n integer
-- out: since integer
SELECT count(*) AS n, coalesce(min(created_at), 0) AS since
  FROM medium
 WHERE organisation = :organisation AND state = 'queued' AND kind <> 'still';

-- name: stop_lists_unloaded :one
-- Enabled lists that are not wholly in the index as they are now.
-- out: n integer
-- out: since integer
SELECT count(*) AS n, coalesce(min(u.since), 0) AS since
  FROM (SELECT coalesce((SELECT max(i.imported_at) FROM list_import i
                          WHERE i.list = l.id AND i.outcome = 'done'
                            AND i.imported_at > l.enabled_at),
                        l.enabled_at, l.created_at) AS since
          FROM list l
         WHERE l.enabled = 1 AND l.generation > 0
           AND NOT EXISTS (SELECT 1 FROM match_index_list x
                            WHERE x.list = l.id
                              AND x.list_generation = l.generation
                              AND x.damaged = '')) AS u;
