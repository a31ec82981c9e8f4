-- memories_big.sql — $FAMILIES accounts of guardians of the first child.
BEGIN;
CREATE TEMP TABLE n AS WITH RECURSIVE c (i) AS
  (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < $FAMILIES - 1)
  SELECT i FROM c;
INSERT INTO account (id, organisation, kind, state, login_digest, login_enc,
    name_enc, pass_hash, lang, created_at)
  SELECT 10000 + i, 1, 'guardian', 'active', CAST(i AS BLOB), x'00', x'00',
         '', 'fr', 1 FROM n;
INSERT INTO guardian (id, organisation, ref_digest, account, name_enc, lang,
    created_at)
  SELECT id, 1, CAST(id AS BLOB), id, x'00', 'fr', 1 FROM account
   WHERE id >= 10000;
INSERT INTO authority (guardian, child, kind, rights, from_on, created_at)
  SELECT id, 1, 'relative', 7, 1, 1 FROM guardian WHERE id >= 10000;
COMMIT;
