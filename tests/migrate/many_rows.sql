-- `:conversations` conversations of two members and `:messages` messages in all, numbered from 100000 on.
INSERT INTO conversations
  SELECT 100000 + value, randomblob(16), 0, 1, randomblob(16), 1, 2, 3, 4, :messages / :conversations,
    :messages / :conversations, 1, 1, 0, 2, 0, NULL, NULL, '{}'
  FROM generate_series(1, :conversations);
INSERT INTO members (no, user_id, role, active, joined_at, last_eseq)
  SELECT no, randomblob(16), 0, 1, 1, 1 FROM conversations, generate_series(1, 2) WHERE no > 100000;
INSERT INTO memberships (user_id, no, active) SELECT user_id, no, 1 FROM members WHERE no > 100000;
INSERT OR IGNORE INTO users SELECT user_id, 1 FROM members;
INSERT INTO messages
  SELECT (no << 32) | value, value, value, value, 0, 0, 0, 0, NULL, NULL, abs(random() % 2147483648), randomblob(16),
    created_by, randomblob(16), x'', x'', '{}', CAST(hex(randomblob(20 + value % 100)) AS BLOB)
  FROM conversations, generate_series(1, :messages / :conversations) WHERE no > 100000;
INSERT INTO message_ids SELECT id, key >> 32, key & 4294967295 FROM messages WHERE key >> 32 > 100000;
INSERT INTO reactions
  SELECT key, sender, '👍', randomblob(16), 1 FROM messages WHERE key >> 32 > 100000 AND key % 5 = 0;
