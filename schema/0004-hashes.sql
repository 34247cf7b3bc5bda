-- Version 4: texts become hashes under a key that lies beside the database; rows are packed.
-- What the older tables hold is carried over, message by message, and then they go.
ALTER TABLE messages RENAME TO old_messages;
ALTER TABLE addresses RENAME TO old_addresses;
ALTER TABLE recipients RENAME TO old_recipients;
ALTER TABLE notices RENAME TO old_notices;
ALTER TABLE sources RENAME TO old_sources;
DROP TABLE ids;
DROP TABLE names;
DROP TABLE totals;
DELETE FROM bounces;

-- The key under which all of this is hashed. Example: ('key', '1f0c…').
CREATE TABLE about (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One message that we sent, numbered by its Date (else by when it was handed over): seconds
-- since 2020 times 2^20, and which of that second. packed: see pack_row in ledger/rows.h.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  packed BLOB NOT NULL
) STRICT;

-- Where texts are kept as well ([ledger] plain): the message as a JSON line.
CREATE TABLE texts (
  message INTEGER PRIMARY KEY,
  entry TEXT NOT NULL
) STRICT;

-- Finds messages by a hash, of 56 bits, of an id, a notice, or of who wrote to whom on a
-- day. A chunk holds the entries whose hashes begin alike: 6 bytes of the hash, 7 of the
-- message's number, in order. id is the segment times 2^32, and those first bits.
CREATE TABLE postings (
  id INTEGER PRIMARY KEY,
  entries BLOB NOT NULL
) STRICT;

-- Segments of postings, written once. bits: how many of a hash choose its chunk. bare: how
-- many entries are of messages without a fingerprint. oldest: no message before that one.
CREATE TABLE segments (
  id INTEGER PRIMARY KEY,
  bits INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  bare INTEGER NOT NULL,
  oldest INTEGER NOT NULL
) STRICT;

-- Postings that are in no segment yet: some thousands.
CREATE TABLE fresh (
  hash INTEGER NOT NULL,
  message INTEGER NOT NULL,
  is_bare INTEGER NOT NULL,
  PRIMARY KEY (hash, message)
) STRICT, WITHOUT ROWID;

-- Where messages came from first, and how many. Example: (1, 'mailbox', 1234).
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  messages INTEGER NOT NULL
) STRICT;

-- Who we are, as the messages show it: kind 1 are senders (From and envelope), kind 2
-- right-hand sides of Message-IDs. The name is encrypted with the key: with it, these are
-- readable, so that nobody need configure who he is. last: the newest message with it.
CREATE TABLE names (
  kind INTEGER NOT NULL,
  name BLOB NOT NULL,
  count INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX names_by_count ON names (kind, count);

-- Sums over messages: 'messages', 'ids', 'recipients', and 'earliest' and 'latest' of
-- the times that can be true (from 1980 on, not in the future when they were written).
CREATE TABLE totals (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Bounces that something else proved genuine (a tag, a signature), and whether the original
-- is in here: how complete the ledger is. bounce is a hash.
CREATE TABLE measured (
  bounce INTEGER PRIMARY KEY,
  noted INTEGER NOT NULL,                 -- time
  is_recorded INTEGER NOT NULL
) STRICT;
