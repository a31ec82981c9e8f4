-- Faces that are seen between the stills of a video (jobs/between.h).

-- gaps: of a video.  NULL: nobody has looked between its stills yet; looked:
-- all that was found is in a box of a still; left: somebody is seen who could
-- not be put into one.  Families see a video that is looked, and no other.
ALTER TABLE medium ADD COLUMN gaps TEXT CHECK (gaps IS NULL OR (kind = 'video' AND gaps IN ('looked', 'left')));

-- Those that are there are looked through now, and not seen before.
UPDATE medium SET cleared = 0 WHERE kind = 'video';
UPDATE post
   SET photos = (SELECT count(*) FROM medium m
                  WHERE m.post = post.id AND m.state = 'ready'
                    AND m.kind <> 'still' AND m.cleared = 1)
 WHERE state = 'published'
   AND id IN (SELECT m.post FROM medium m WHERE m.kind = 'video');
INSERT INTO job (kind, subject, run_at)
SELECT 'between', m.id, 0
  FROM medium m
 WHERE m.kind = 'video' AND m.state IN ('ready', 'held', 'locked')
    ON CONFLICT DO NOTHING;
