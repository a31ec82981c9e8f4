-- cases.sql — a house whose past is long: $CASES cases of a report each, of which
-- 40 wait; every third is about the first of the team, every fifth keeps the
-- second lead away.  Words are none, so that opening them costs nothing.
BEGIN;
CREATE TEMP TABLE n AS WITH RECURSIVE c (i) AS
  (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < $CASES - 1) SELECT i FROM c;
CREATE TEMP TABLE who AS
  SELECT (SELECT min(id) FROM account WHERE role = 'animateur') AS named,
         (SELECT min(id) FROM account WHERE role = 'safeguarding') AS lead,
         (SELECT min(id) FROM account WHERE kind = 'guardian') AS family;
INSERT INTO case_file (id, organisation, number, category, subject_kind, subject,
    opened_at, due_at, outcome, decided_by, decided_at)
  SELECT 1000 + i, 1, printf('%03X-%03X', i / 4096, i % 4096), 'team', 'none', 0,
         unixepoch() - 60 * ($CASES - i), unixepoch(),
         CASE WHEN i % ($CASES / 40) = 0 THEN NULL ELSE 'unfounded' END,
         CASE WHEN i % ($CASES / 40) = 0 THEN NULL ELSE lead END,
         CASE WHEN i % ($CASES / 40) = 0 THEN NULL ELSE unixepoch() END
    FROM n, who;
INSERT INTO report (organisation, case_file, reporter, who, category, lang,
    made_at)
  SELECT 1, id, family, 'guardian', 'team', 'fr', opened_at
    FROM case_file, who WHERE id >= 1000;
INSERT INTO case_person (case_file, account, part, since)
  SELECT id, named, 'named', opened_at FROM case_file, who
   WHERE id >= 1000 AND id % 3 = 0;
INSERT INTO case_event (case_file, at, deed, told, detail, hash)
  SELECT id, opened_at, 'opened', 0, 'team', zeroblob(32) FROM case_file
   WHERE id >= 1000;
COMMIT;
