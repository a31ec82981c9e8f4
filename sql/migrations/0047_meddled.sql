-- Who took it away that somebody has part in reports: it does not count in a
-- case about that person (report/matter.h).
ALTER TABLE handler ADD COLUMN ended_by INTEGER REFERENCES account (id);
