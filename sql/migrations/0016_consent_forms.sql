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

-- A form for one outing is a purpose of its own that is asked of one group and
-- ends by itself.  activity_group NULL: all groups, no end.
ALTER TABLE consent_purpose ADD COLUMN activity_group INTEGER REFERENCES activity_group (id);
ALTER TABLE consent_purpose ADD COLUMN from_on INTEGER;
ALTER TABLE consent_purpose ADD COLUMN until_on INTEGER;

-- A judge may delegate one matter alone (purpose NULL: all), to somebody who is
-- no holder; who of the team saw the decision too.
ALTER TABLE consent_standing ADD COLUMN purpose INTEGER REFERENCES consent_purpose (id);
ALTER TABLE consent_standing ADD COLUMN witness INTEGER REFERENCES account (id);
