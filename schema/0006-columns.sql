-- Version 6: messages in columns, found by plain indexes. What version 4 packed is carried over
-- by the first that writes, a thousand messages a transaction, and is read where it is until then.
ALTER TABLE messages RENAME TO packed_messages;
ALTER TABLE postings RENAME TO packed_postings;
ALTER TABLE segments RENAME TO packed_segments;
ALTER TABLE fresh RENAME TO packed_fresh;

-- One message that we sent, numbered by its Date (else by when it was handed over): seconds since
-- 2020 times 2^20, and which of that second. Texts are hashes under the key (about): 16 bytes,
-- or 6 of them where that is enough to compare with what was found by other means.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  message_ids BLOB NOT NULL,              -- 16 bytes each; x'' if it has none
  sender BLOB,                            -- From, 6 bytes; NULL if there is no address in it
  subject BLOB,                           -- 6 bytes; NULL if there is none
  has_date INTEGER NOT NULL,              -- 1: the id tells its Date; 0: when it was handed over
  sent_after INTEGER,                     -- seconds from the Date to then; NULL if not known
  reverse_path BLOB,                      -- 6 bytes; x'' if it is the sender, NULL if not known
  has_all_recipients INTEGER NOT NULL,    -- 0: there may be more than are listed
  notices BLOB,                           -- our own server's reports on it, 16 bytes each
  source INTEGER NOT NULL                 -- of sources
) STRICT;

-- One recipient of one message (envelope, or To, Cc and Bcc).
CREATE TABLE recipients (
  message INTEGER NOT NULL,
  address BLOB NOT NULL,                  -- 16 bytes
  organisation BLOB NOT NULL,             -- of its domain, 6 bytes
  PRIMARY KEY (message, address)
) STRICT, WITHOUT ROWID;

-- Finds messages by 64 bits of a hash: of an id, of a notice, of who wrote to whom on a day. Two
-- may share them, and a message may be gone: messages decides.
CREATE TABLE postings (
  hash INTEGER NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (hash, message)
) STRICT, WITHOUT ROWID;

-- The newest of these, some hundred thousand: hashes are in no order, and each would touch a page
-- of its own. They go over into postings side by side, one 64th of all hashes at a time.
CREATE TABLE fresh_postings (
  hash INTEGER NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (hash, message)
) STRICT, WITHOUT ROWID;

-- One more sum in totals: 'bare', of messages without a Date.
