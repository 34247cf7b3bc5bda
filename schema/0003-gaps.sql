-- Version 3: what makes a promise of completeness void, and how often a message bounced.

-- A time in which a source that is followed was not read: a log that was rotated away
-- unread, a journal that dropped lines. Whatever is promised, absence from then proves
-- nothing. Example: ('/var/log/mail.log', 1795428000, 1795431600).
CREATE TABLE gaps (
  source TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (source, since)
) STRICT, WITHOUT ROWID;

-- A bounce about one of the messages, so that it is counted once however often it is
-- judged: far more of them than recipients are a replay. bounce is a hash.
CREATE TABLE bounces (
  message INTEGER NOT NULL,
  bounce INTEGER NOT NULL,
  PRIMARY KEY (message, bounce)
) STRICT, WITHOUT ROWID;
