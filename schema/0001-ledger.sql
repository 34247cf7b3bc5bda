-- The ledger: what we really sent. One file a user; text in the clear, mode 0600.
-- Times are seconds since 1970, UTC. Addresses are in lower case.

-- A row is one message that left us. Its fingerprint (from_address, date, subject) is
-- NULL in parts that the message lacked: From, Date as a point in time, and Subject
-- decoded and without white space. Example: (1, 'alice@ourshop.example', 1795428000,
-- 'Yourorder', 'alice@ourshop.example', 1795428003, 1, 'import').
CREATE TABLE message (
  id             INTEGER PRIMARY KEY,
  from_address   TEXT,
  date           INTEGER,
  subject        TEXT,
  reverse_path   TEXT NOT NULL DEFAULT '',   -- envelope sender, '' if not known
  sent_at        INTEGER NOT NULL,           -- when it was sent, as far as known
  all_recipients INTEGER NOT NULL DEFAULT 1, -- 0: there may be more (Bcc copies, lists)
  source         TEXT NOT NULL,              -- who said so: 'import', 'record'
  raw_date       TEXT NOT NULL DEFAULT '',   -- the Date field as written, for export
  raw_from       TEXT NOT NULL DEFAULT '',   -- the From field as written, for export
  raw_subject    TEXT NOT NULL DEFAULT ''    -- the Subject field as written, for export
) STRICT;
CREATE INDEX message_fingerprint ON message (date, from_address) WHERE date IS NOT NULL;
CREATE INDEX message_sent_at ON message (sent_at);

-- A row is one Message-ID of a message, without <>. A message has several where a relay
-- renamed it; two messages may share one. Never ''. Example: ('a1@ourshop.example', 1).
CREATE TABLE message_id (
  value   TEXT NOT NULL CHECK (value <> ''),
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  PRIMARY KEY (value, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_id_message ON message_id (message);

-- A row is one recipient of a message. Example: (1, 'bob@remote.example').
CREATE TABLE recipient (
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  PRIMARY KEY (message, address)
) STRICT, WITHOUT ROWID;

-- A row says that every message of a sender since a time is in this ledger; only then
-- may absence count. scope is an address, or a domain with all below it. Example:
-- ('ourshop.example', 1793491200).
CREATE TABLE coverage (
  scope TEXT PRIMARY KEY,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A row counts the messages of one sender address (kind 's') or those with one
-- right-hand side in their Message-ID (kind 'h'): who we are, learned.
-- Example: ('s', 'alice@ourshop.example', 118).
CREATE TABLE identity (
  kind  TEXT NOT NULL CHECK (kind IN ('s', 'h')),
  name  TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
