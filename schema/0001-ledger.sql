-- The ledger: what we really sent. Version 1.
-- Times are seconds since 1970, UTC. Rows are only added or filled in, never replaced.

-- One mail address, however often we wrote to or from it. Case of A to Z does not
-- tell two of them apart; the first spelling stays. Example: (7, 'bob@remote.example').
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY,
  address TEXT NOT NULL COLLATE NOCASE UNIQUE
) STRICT;

-- Where messages came from first, and how many. Example: (1, 'mailbox', 1234).
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  messages INTEGER NOT NULL
) STRICT;

-- One message that we sent. From, date and subject are its fingerprint, by which it is
-- found where a bounce shows no Message-ID. Example: (1, 'a1@ourshop.example', 3,
-- 1795428000, 'Alice <alice@ourshop.example>', 'Mon, 23 Nov 2026 11:00:00 +0100',
-- 'Your order 4711', 3, 1795428003, 1, 1).
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  message_ids TEXT NOT NULL,              -- without <>, a blank between two; '' if it has none
  sender INTEGER REFERENCES addresses,    -- From; NULL if there is no address in it
  date INTEGER,                           -- Date; NULL if it cannot be read, or sender is NULL
  written_from TEXT NOT NULL,             -- the fields as text; '' From if it is the address
  written_date TEXT NOT NULL,
  subject TEXT NOT NULL,
  reverse_path INTEGER REFERENCES addresses,  -- envelope sender; NULL if not known
  sent_at INTEGER,                        -- when we handed it over; NULL if not known
  has_all_recipients INTEGER NOT NULL,    -- 0: there may be more than are listed
  source INTEGER NOT NULL REFERENCES sources
) STRICT;

-- Finds a message by its fingerprint: dates come in order, so this grows at its end.
CREATE INDEX messages_by_date ON messages (date, sender) WHERE date IS NOT NULL;

-- Finds a message by one of its ids; a hash of 64 bits keeps this a third as large as
-- the ids themselves. Two ids may share a hash: messages.message_ids decides.
CREATE TABLE ids (
  hash INTEGER NOT NULL,
  message INTEGER NOT NULL REFERENCES messages,
  PRIMARY KEY (hash, message)
) STRICT, WITHOUT ROWID;

-- One recipient of one message (envelope, or To, Cc and Bcc).
CREATE TABLE recipients (
  message INTEGER NOT NULL REFERENCES messages,
  address INTEGER NOT NULL REFERENCES addresses,
  PRIMARY KEY (message, address)
) STRICT, WITHOUT ROWID;

-- Finds what we sent to somebody.
CREATE INDEX recipients_by_address ON recipients (address, message);

-- A promise that every message of a sender in that time is in here; only then may the
-- absence of one count. Example: ('ourshop.example', 1793491200, NULL, 'declared') is a
-- domain and those below it, from then on; ('alice@ourshop.example', …) one address.
CREATE TABLE coverage (
  scope TEXT NOT NULL COLLATE NOCASE,
  since INTEGER NOT NULL,
  until INTEGER,                          -- NULL: still going on
  source TEXT NOT NULL,
  PRIMARY KEY (scope, since)
) STRICT, WITHOUT ROWID;

-- Who we are, as the messages show it, counted so that nobody has to count them again:
-- kind 1 are senders (From and envelope), kind 2 right-hand sides of Message-IDs.
-- Example: (2, 'ourshop.example', 1234).
CREATE TABLE names (
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX names_by_count ON names (kind, count);

-- Sums over messages: 'messages', 'ids', 'recipients', and 'earliest' and 'latest' of
-- the times that can be true (from 1980 on, not in the future when they were written).
CREATE TABLE totals (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
