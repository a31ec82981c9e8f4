-- growth.sql — a house grows: $PHOTOS photos in albums of 24, $FAMILIES
-- families of two children in groups of 20, one group in each $GROUPS of them
-- the demonstration's own.  Titles are copies of a real one, so that opening
-- them is part of the cost; what is never asked for has no bytes.
BEGIN;
CREATE TEMP TABLE n AS WITH RECURSIVE c (i) AS
  (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < $MOST) SELECT i FROM c;
CREATE TEMP TABLE today AS SELECT unixepoch() / 86400 AS d;
INSERT INTO activity_group (id, organisation, season, name, created_at)
  SELECT 1000 + i, 1, (SELECT max(id) FROM season), 'Groupe ' || i, 1
    FROM n WHERE i < $GROUPS;
INSERT INTO account (id, organisation, kind, state, login_digest, login_enc,
    name_enc, pass_hash, lang, created_at)
  SELECT 10000 + i, 1, 'guardian', 'active', CAST(i AS BLOB), x'00', x'00',
         '', 'fr', 1 FROM n WHERE i < $FAMILIES;
INSERT INTO guardian (id, organisation, ref_digest, account, name_enc, lang,
    created_at)
  SELECT id, 1, CAST(id AS BLOB), id, x'00', 'fr', 1 FROM account
   WHERE id >= 10000;
INSERT INTO child (id, organisation, created_at)
  SELECT 10000 + i, 1, 1 FROM n WHERE i < 2 * $FAMILIES;
INSERT INTO authority (guardian, child, kind, rights, from_on, created_at)
  SELECT 10000 + (id - 10000) / 2, id, 'parental', 7, 1, 1 FROM child
   WHERE id >= 10000;
INSERT INTO enrolment (child, activity_group, from_on, until_on)
  SELECT id, 1000 + id % $GROUPS, 1, 40000 FROM child WHERE id >= 10000;
INSERT INTO post (id, organisation, kind, author, state, title_enc, body_enc,
    day_on, publish_at, photos, created_at, changed_at)
  SELECT 1000 + i, 1, 'album', p.author, 'published', p.title_enc, p.body_enc,
         d - 1 - i / $GROUPS, 1, 24, 1, 1
    FROM n, today, (SELECT * FROM post WHERE state = 'published' LIMIT 1) AS p
   WHERE i < $PHOTOS / 24;
INSERT INTO post_audience (post, activity_group, day_on)
  SELECT id, 1000 + id % $GROUPS, day_on FROM post WHERE id >= 1000;
-- Every group of the demonstration gets what one of the others got, too.
INSERT INTO post_audience (post, activity_group, day_on)
  SELECT p.id, g.id, p.day_on FROM post p JOIN activity_group g
    ON g.id < 1000 AND p.id % $GROUPS = g.id % $GROUPS WHERE p.id >= 1000;
INSERT INTO medium (id, organisation, post, uploader, state, position, width,
    height, created_at, cleared)
  SELECT 10000 + i, 1, 1000 + i / 24, 1, 'ready', i % 24, 4000, 3000, 1, 1
    FROM n WHERE i < $PHOTOS / 24 * 24;
INSERT INTO blob (medium, side, name, key_wrapped, bytes, width, height, type,
    segments, created_at)
  SELECT m.id, s.side, 'n' || m.id || '-' || s.side, zeroblob(72), 1, 1, 1,
         'image/jpeg', 1, 1
    FROM medium m, (SELECT 320 AS side UNION ALL SELECT 1024 UNION ALL
         SELECT 2048) AS s WHERE m.id >= 10000;
COMMIT;
