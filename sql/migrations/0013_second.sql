-- When the author of a draft had said the word about every photo of it and
-- somebody else has to look too (faces/word.h): from then on those who work
-- with its audience may.
ALTER TABLE post ADD COLUMN second_at INTEGER;
CREATE INDEX post_by_second ON post (organisation, second_at)
  WHERE second_at IS NOT NULL AND state = 'draft';
