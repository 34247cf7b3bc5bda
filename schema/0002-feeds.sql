-- Version 2: what mail logs tell beside the messages.

-- A report that our own mail server made about a message, by its queue id and, where the
-- log shows it, by its Message-ID. A bounce that is one of these is genuine.
-- Example: ('9A40BAA8159', 7), ('20261123203504.9A40BAA8159@mail.ourshop.example', 7).
CREATE TABLE notices (
  notice TEXT NOT NULL,
  message INTEGER NOT NULL REFERENCES messages,
  PRIMARY KEY (notice, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_message ON notices (message);

-- How far a log has been read. A log is known by its first line, whatever it is renamed
-- or compressed to; last_start to next_start is the last line read, of that hash: if it
-- is not there, the log is another one with the same first line, and read from its start.
-- state: the messages whose last line has not come yet.
CREATE TABLE feeds (
  first_line INTEGER PRIMARY KEY,         -- hash
  path TEXT NOT NULL,                     -- where it was last; for people
  last_start INTEGER NOT NULL,
  next_start INTEGER NOT NULL,
  last_line INTEGER NOT NULL,             -- hash
  last_read INTEGER NOT NULL,             -- time
  state TEXT NOT NULL
) STRICT;
