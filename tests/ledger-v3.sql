-- A filled ledger of version 3, as later versions must be able to read and migrate it.
PRAGMA application_id = 1433301876;
PRAGMA user_version = 3;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY,
  address TEXT NOT NULL COLLATE NOCASE UNIQUE
) STRICT;
INSERT INTO addresses VALUES(1,'alice@ourshop.example');
INSERT INTO addresses VALUES(2,'bounces@ourshop.example');
INSERT INTO addresses VALUES(3,'bob@remote.example');
INSERT INTO addresses VALUES(4,'carol@else.example');
INSERT INTO addresses VALUES(5,'Dave@remote.example');
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  messages INTEGER NOT NULL
) STRICT;
INSERT INTO sources VALUES(1,'import',2);
INSERT INTO sources VALUES(2,'record',1);
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
INSERT INTO messages VALUES(1,'a1@ourshop.example renamed.a1@relay.example',1,1795428000,'Alice <alice@ourshop.example>','Mon, 23 Nov 2026 11:00:00 +0100','Your order 4711',2,1795428005,1,1);
INSERT INTO messages VALUES(2,'',1,1795428000,'','Mon, 23 Nov 2026 11:00:00 +0100','=?utf-8?Q?Your_order_4711?=',NULL,NULL,0,1);
INSERT INTO messages VALUES(3,'only-an-id@host.ourshop.example',NULL,NULL,'','','',NULL,1796083200,1,2);
CREATE TABLE ids (
  hash INTEGER NOT NULL,
  message INTEGER NOT NULL REFERENCES messages,
  PRIMARY KEY (hash, message)
) STRICT, WITHOUT ROWID;
INSERT INTO ids VALUES(-7219111784065069564,3);
INSERT INTO ids VALUES(-4704122973234822342,1);
INSERT INTO ids VALUES(2926172530904375350,1);
CREATE TABLE recipients (
  message INTEGER NOT NULL REFERENCES messages,
  address INTEGER NOT NULL REFERENCES addresses,
  PRIMARY KEY (message, address)
) STRICT, WITHOUT ROWID;
INSERT INTO recipients VALUES(1,3);
INSERT INTO recipients VALUES(1,4);
INSERT INTO recipients VALUES(2,5);
CREATE TABLE coverage (
  scope TEXT NOT NULL COLLATE NOCASE,
  since INTEGER NOT NULL,
  until INTEGER,                          -- NULL: still going on
  source TEXT NOT NULL,
  PRIMARY KEY (scope, since)
) STRICT, WITHOUT ROWID;
INSERT INTO coverage VALUES('carol@else.example',1793491200,1794268800,'declared');
INSERT INTO coverage VALUES('ourshop.example',1793491200,NULL,'declared');
CREATE TABLE names (
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
INSERT INTO names VALUES(1,'bounces@ourshop.example',1);
INSERT INTO names VALUES(1,'alice@ourshop.example',2);
INSERT INTO names VALUES(2,'host.ourshop.example',1);
INSERT INTO names VALUES(2,'ourshop.example',1);
INSERT INTO names VALUES(2,'relay.example',1);
CREATE TABLE totals (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO totals VALUES('earliest',1795428000);
INSERT INTO totals VALUES('ids',3);
INSERT INTO totals VALUES('latest',1796083200);
INSERT INTO totals VALUES('messages',3);
INSERT INTO totals VALUES('recipients',3);
CREATE INDEX messages_by_date ON messages (date, sender) WHERE date IS NOT NULL;
CREATE INDEX recipients_by_address ON recipients (address, message);
CREATE INDEX names_by_count ON names (kind, count);

CREATE TABLE notices (
  notice TEXT NOT NULL,
  message INTEGER NOT NULL REFERENCES messages,
  PRIMARY KEY (notice, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_message ON notices (message);

CREATE TABLE feeds (
  first_line INTEGER PRIMARY KEY,         -- hash
  path TEXT NOT NULL,                     -- where it was last; for people
  last_start INTEGER NOT NULL,
  next_start INTEGER NOT NULL,
  last_line INTEGER NOT NULL,             -- hash
  last_read INTEGER NOT NULL,             -- time
  state TEXT NOT NULL
) STRICT;
INSERT INTO notices VALUES('9A40BAA8159',1);
INSERT INTO notices VALUES('20261123203504.9A40BAA8159@mail.ourshop.example',1);
INSERT INTO feeds VALUES(-4704122973234822342,'/var/log/mail.log',1000,1100,2926172530904375350,1795428600,'AAAAA1 alice@ourshop.example');

CREATE TABLE gaps (
  source TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (source, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE bounces (
  message INTEGER NOT NULL,
  bounce INTEGER NOT NULL,
  PRIMARY KEY (message, bounce)
) STRICT, WITHOUT ROWID;
INSERT INTO gaps VALUES('/var/log/mail.log',1795420000,1795421000);
INSERT INTO bounces VALUES(1,42);
COMMIT;
