-- Version 5: two logs may begin with the same line (a server that logs into two files, a heading),
-- and neither takes the other's place: one row for each beginning and path.
ALTER TABLE feeds RENAME TO old_feeds;

-- How far a log has been read, as of version 2. A log is looked for by its first line, wherever
-- it lies by now; what is known of it at its own path comes first, and the last line read
-- decides. Example: (4711, '/var/log/mail.log', 81000, 81090, 1234, 1795428000, '…').
CREATE TABLE feeds (
  first_line INTEGER NOT NULL,            -- hash; of a mailbox, of its path
  path TEXT NOT NULL,
  last_start INTEGER NOT NULL,
  next_start INTEGER NOT NULL,
  last_line INTEGER NOT NULL,             -- hash
  last_read INTEGER NOT NULL,             -- time
  state TEXT NOT NULL,
  PRIMARY KEY (first_line, path)
) STRICT;
INSERT INTO feeds SELECT * FROM old_feeds;
DROP TABLE old_feeds;
