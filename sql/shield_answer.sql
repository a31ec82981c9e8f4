-- The shield_answer table: what Arachnid Shield said, see jobs/shield.h.

-- name: shield_answer_get :opt
-- Clean answers from before fresh do not count any more.
-- in: fresh integer
SELECT known, classification, match_type
  FROM shield_answer
 WHERE pdq_digest = :pdq_digest AND (known = 1 OR said_at >= :fresh);

-- name: shield_answer_put :exec
-- Once known, always known.
INSERT INTO shield_answer
       (pdq_digest, known, classification, match_type, said_at)
VALUES (:pdq_digest, :known, :classification, :match_type, :said_at)
    ON CONFLICT (pdq_digest) DO UPDATE
   SET known = excluded.known, classification = excluded.classification,
       match_type = excluded.match_type, said_at = excluded.said_at
 WHERE shield_answer.known = 0 OR excluded.known = 1;

-- name: shield_answer_purge :exec
-- in: before integer
DELETE FROM shield_answer WHERE known = 0 AND said_at < :before;
