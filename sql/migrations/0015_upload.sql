-- An upload may arrive in several requests, and wait for days for the next.

-- All of it while a medium is `receiving`.  upload_seen_at: when its sender was
-- last given leave to send; what is silent for too long is swept.
ALTER TABLE medium ADD COLUMN upload_seen_at INTEGER;
-- How long it will be; NULL: it comes in one request, or not at all.  It stays
-- when all is there, so that a sender who missed the answer can ask.
ALTER TABLE medium ADD COLUMN upload_bytes INTEGER;
-- While a piece comes whose checksum is not compared yet: where it begins.
ALTER TABLE medium ADD COLUMN upload_floor INTEGER;
-- What the sender wants to be told again (tus: Upload-Metadata).
ALTER TABLE medium ADD COLUMN upload_words_enc BLOB;

UPDATE medium SET upload_seen_at = created_at WHERE state = 'receiving';
