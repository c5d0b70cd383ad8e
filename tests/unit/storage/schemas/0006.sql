BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE bookmarks (
	person INTEGER NOT NULL, 
	topic VARCHAR NOT NULL, 
	entry VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	saved_at BIGINT NOT NULL, 
	removed_at BIGINT, 
	CONSTRAINT bookmarks_pk PRIMARY KEY (person, topic, entry), 
	CONSTRAINT bookmarks_person_fk FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "bookmarks" VALUES(4503599627370495,'calcinosis-universalis','symptoms','Symptoms',1772366400000000,1772366400000000);
INSERT INTO "bookmarks" VALUES(4503599627370495,'calcinosis-universalis','faq-cure','Is there a cure? It''s asked – often',1772366400000000,NULL);
INSERT INTO "bookmarks" VALUES(3,'calcinosis-universalis','causes','Causes',1772366400000000,NULL);
CREATE TABLE erasures (
	person INTEGER NOT NULL, 
	questions_only BOOLEAN NOT NULL, 
	asked_at BIGINT NOT NULL, 
	erased_at BIGINT, 
	CONSTRAINT erasures_pk PRIMARY KEY (person)
);
INSERT INTO "erasures" VALUES(4503599627370495,0,1767225600000000,NULL);
CREATE TABLE "inbox" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	update_id BIGINT NOT NULL, 
	chat BIGINT, 
	person BIGINT, 
	state VARCHAR(8) NOT NULL, 
	body TEXT, 
	starts INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	received_at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	settled_at BIGINT, 
	answer JSON, 
	spoken BOOLEAN DEFAULT 0 NOT NULL, 
	source BIGINT DEFAULT '0' NOT NULL, 
	late BOOLEAN DEFAULT 0 NOT NULL, worker BIGINT, 
	CONSTRAINT inbox_source_update_id_once UNIQUE (source, update_id)
);
INSERT INTO "inbox" VALUES(1,1,NULL,NULL,'done',NULL,1,0,1772366400000000,1772366400000000,1772366400000000,NULL,0,42,0,NULL);
INSERT INTO "inbox" VALUES(2,2,NULL,NULL,'dead',NULL,1,0,1772366400000000,1772366400000000,1772366400000000,NULL,0,42,0,NULL);
INSERT INTO "inbox" VALUES(3,3,3,3,'running','{"update_id":3,"message":{"message_id":3,"date":1,"chat":{"id":3,"type":"private"},"from":{"id":3,"is_bot":false,"first_name":"A"},"text":"hello"}}',1,0,1772366400000000,1772366400000000,NULL,'{"to": {}, "reply": {"version": 1, "meaning": null, "fields": {}}}',0,42,0,NULL);
INSERT INTO "inbox" VALUES(4,4,4,4,'waiting','{"update_id":4,"message":{"message_id":4,"date":1,"chat":{"id":4,"type":"private"},"from":{"id":4,"is_bot":false,"first_name":"A"},"text":"hello"}}',0,0,1772366400000000,1772366400000000,NULL,NULL,1,42,1,NULL);
CREATE TABLE pace (
	kind VARCHAR(8) NOT NULL, 
	person INTEGER NOT NULL, 
	free_at BIGINT NOT NULL, 
	CONSTRAINT pace_pk PRIMARY KEY (kind, person)
);
INSERT INTO "pace" VALUES('m',4503599627370495,1767225600000000);
CREATE TABLE people (
	id INTEGER NOT NULL, 
	state JSON, 
	gone BOOLEAN NOT NULL, 
	CONSTRAINT people_pk PRIMARY KEY (id)
);
INSERT INTO "people" VALUES(2,'{}',1);
INSERT INTO "people" VALUES(3,NULL,0);
INSERT INTO "people" VALUES(4503599627370495,'{"topic": "calcinosis-universalis", "entry": "symptoms", "speed": "slow"}',0);
CREATE TABLE questions (
	id INTEGER NOT NULL, 
	person INTEGER NOT NULL, 
	words TEXT NOT NULL, 
	spoken BOOLEAN NOT NULL, 
	outcome VARCHAR(11) NOT NULL, 
	answer VARCHAR, 
	asked_at BIGINT NOT NULL, 
	CONSTRAINT questions_pk PRIMARY KEY (id), 
	CONSTRAINT questions_person_fk FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "questions" VALUES(1,4503599627370495,'Grüße: will my insurance pay?',0,'not_covered',NULL,1772366400000000);
INSERT INTO "questions" VALUES(2,4503599627370495,'what helps',1,'answer','calcinosis-universalis/treatment',1772366400000001);
CREATE TABLE recordings (
	"key" VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	file_id VARCHAR NOT NULL, 
	CONSTRAINT recordings_pk PRIMARY KEY ("key", kind)
);
INSERT INTO "recordings" VALUES('abc','voice','file-1');
INSERT INTO "recordings" VALUES('abc','audio','file-2');
CREATE INDEX bookmarks_by_person_saved_at ON bookmarks (person, saved_at);
CREATE INDEX questions_by_person_id ON questions (person, id);
CREATE INDEX questions_by_asked_at ON questions (asked_at);
CREATE INDEX inbox_by_person_state_id ON inbox (person, state, id);
CREATE INDEX inbox_by_settled_at ON inbox (settled_at);
CREATE INDEX inbox_by_chat_state_id ON inbox (chat, state, id);
CREATE INDEX inbox_by_turn ON inbox (state, source, id, due_at, chat, person, spoken, late);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('inbox',4);
COMMIT;
