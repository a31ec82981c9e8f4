-- A number that another change takes.
DROP VIEW IF EXISTS reserved_number;
