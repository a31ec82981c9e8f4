-- What an album asks of consent, without a look at the tables; forms for one
-- outing; scans of papers; how far a change of the masks' shape has come.

-- All of a row that consent/facts.h reads.
DROP INDEX consent_event_by_child;
CREATE INDEX consent_event_by_child ON consent_event (child, id, purpose, lifts,
  media, activity_group, speaker, guardian, action, from_on, until_on, shown_at,
  acted_at, method);
DROP INDEX authority_by_child;
CREATE INDEX authority_by_child ON authority (child, id, kind, guardian, from_on,
  until_on, ended_at);
CREATE INDEX enrolment_by_child ON enrolment (child, activity_group, from_on,
  until_on);

-- The shape of masks has changed: up to which photo jobs have gone through the
-- organisation's, a page at a time (jobs/redraw.h).
CREATE TABLE cover_redraw (
  organisation  INTEGER PRIMARY KEY REFERENCES organisation (id),
  medium        INTEGER NOT NULL
) STRICT;
