-- Rows for every table of a SQLite store, with what a database could get wrong: bytes that are no text, empty texts and
-- bytes, null in every column that allows it, the ends of each range, ids of zeros, and texts whose order depends on a locale.
INSERT INTO conversations VALUES
  (7, x'c0000000000040008000000000000007', 1, 1, x'00000000000000000000000000000000', -9223372036854775808,
   9223372036854775807, 0, 5, 5, 9, 8, 7, 0, 2, 0, NULL, NULL, '{}'),
  (70000, x'ffffffffffffffffffffffffffffffff', 0, 0, x'ffffffffffffffffffffffffffffffff', 1, 2, 3, 4, 2, 2, 2, 2, 1, 0, 0,
   x'0000000000000000000000000000aaaa', x'0000000000000000000000000000bbbb', '{"name":"Ünï 👩‍👩‍👧 \u0000","n":2.50}');
INSERT INTO direct_pairs VALUES
  (x'00000000000000000000000000000000', x'00000000000000000000000000000001', 7),
  (x'00000000000000000000000000000001', x'ffffffffffffffffffffffffffffffff', 70000);
INSERT INTO members VALUES
  (7, x'00000000000000000000000000000000', 0, 1, 0, 1, NULL, NULL, 0, NULL, 0, 0, NULL, 0),
  (7, x'ffffffffffffffffffffffffffffffff', 32767, 0, -1, 9223372036854775807, -9223372036854775808,
   9223372036854775807, 4294967295, 5, 6, 7, 8, 0);
INSERT INTO memberships VALUES
  (x'00000000000000000000000000000000', 7, 1, 1, 1, 1, 1, 1, 0, 0, 0, -1, 0, 0, 0, NULL),
  (x'ffffffffffffffffffffffffffffffff', 7, 0, 0, 0, 0, 0, 0, 1, 1, 1, 4294967295, 3, 9223372036854775807, 0, '');
INSERT INTO messages VALUES
  ((7 << 32) | 1, 1, -9223372036854775808, 9223372036854775807, 0, 0, 0, 0, NULL, NULL, NULL,
   x'00000000000000000000000000000000', x'00000000000000000000000000000000', NULL, x'', x'', '{}', x''),
  ((7 << 32) | 2, 2, 2, 2, 2, 1, 0, 1, 9223372036854775807, -9223372036854775808, 9223372036854775807,
   x'e0000000000040008000000000000002', x'ffffffffffffffffffffffffffffffff', x'0000000000000000000000000000000b',
   x'00ff00', x'ff', '{"deep":[1,2.50,"ü"],"nul":"\u0000"}', x'00ff00fe00'),
  ((7 << 32) | 4, 4, 3, 4, 1, 0, 1, 2, -1, 0, -9223372036854775808,
   x'e0000000000040008000000000000004', x'ffffffffffffffffffffffffffffffff', NULL, x'', x'',
   '', CAST('🇩🇪 e' || char(769) || ' ' || char(8238) || 'rtl' AS BLOB)),
  ((7 << 32) | 4294967295, 5, 4, 4, 0, 0, 0, 4294967294, NULL, NULL, 0,
   x'e0000000000040008000000000000005', x'00000000000000000000000000000001', NULL, x'', x'', '{}', zeroblob(65536));
INSERT INTO message_ids SELECT id, key >> 32, key & 4294967295 FROM messages WHERE key >> 32 = 7;
INSERT INTO reactions
  SELECT (7 << 32) | 4, x'ffffffffffffffffffffffffffffffff', value, randomblob(16), key - 3
  FROM json_each('["a","B","b","Z","é","z","👍","👍🏽","ﬀ","ß"]');
INSERT INTO hidden_messages VALUES
  (x'00000000000000000000000000000000', 7, 1), (x'ffffffffffffffffffffffffffffffff', 7, 4294967295);
INSERT INTO users VALUES (x'00000000000000000000000000000000', 0), (x'ffffffffffffffffffffffffffffffff', 9223372036854775807);
INSERT INTO pins VALUES ((7 << 32) | 4294967295, randomblob(16), x'00000000000000000000000000000000', -1);
INSERT INTO attachments VALUES
  ((7 << 32) | 4, x'00000000000000000000000000000000', NULL, 0, 0, 0, '', '', '', '', '', '', NULL, 0, 0, 0, ''),
  ((7 << 32) | 4, x'ffffffffffffffffffffffffffffffff', x'0000000000000000000000000000000c', 32767, 9223372036854775807,
   -1, 'm', 'ｆｉｌｅ 👍.png', 'image/png', 'https://x/' || char(128512), 't', '{"a":null}',
   zeroblob(32), 1, 9223372036854775807, 1, '0:1');
INSERT INTO blobs VALUES
  (zeroblob(32), 0, -9223372036854775808, NULL),
  (x'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 9223372036854775807, 9223372036854775807, 1);
INSERT INTO blob_refs VALUES
  (zeroblob(32), x'ffffffffffffffffffffffffffffffff', x'00000000000000000000000000000001', 9223372036854775807);
INSERT INTO blob_checks VALUES (-1, zeroblob(32)), (9223372036854775807, zeroblob(32));
INSERT INTO uploads VALUES
  (x'00000000000000000000000000000000', x'00000000000000000000000000000001', NULL, 0, 0, -1, 9223372036854775807, '', '',
   '{}', zeroblob(32), 0, 0, 0, ''),
  (x'ffffffffffffffffffffffffffffffff', x'00000000000000000000000000000001', x'0000000000000000000000000000000f', 3, 1, 2,
   3, 'ｆｉｌｅ 👍.png', 'image/png', '{"a":null}', zeroblob(32), 1, 9223372036854775807, 1, '0:1');
INSERT INTO drafts VALUES (x'00000000000000000000000000000000', 7, randomblob(16), 1, 2, 3, '{}', x'00');
INSERT INTO schedules VALUES
  (x'00000000000000000000000000000000', 7, x'00000000000000000000000000000001', 0, 3, -9223372036854775808, NULL,
   9223372036854775807, 1, 2, 3, '{}', x''),
  (x'ffffffffffffffffffffffffffffffff', 7, x'00000000000000000000000000000001', 1, 2, 9223372036854775807,
   x'0000000000000000000000000000000d', 1, 1, 2, 3, '', x'f09f918d');
INSERT INTO reports VALUES
  (x'00000000000000000000000000000000', x'00000000000000000000000000000001', x'00000000000000000000000000000002',
   NULL, NULL, NULL, 0, 0, 0, 1, 2, NULL, NULL, NULL, NULL, '', ''),
  (x'ffffffffffffffffffffffffffffffff', x'00000000000000000000000000000001', x'00000000000000000000000000000002',
   x'c0000000000040008000000000000007', x'e0000000000040008000000000000002', x'0000000000000000000000000000000e', 9, 3,
   1, 1, 2, x'00000000000000000000000000000003', 9223372036854775807, 'dismiss', '', 'zu viel 💥', '[{"é":[]}]');
INSERT INTO sanctions VALUES
  (7, x'00000000000000000000000000000000', x'ffffffffffffffffffffffffffffffff', 0, 0, x'00000000000000000000000000000001',
   NULL, 1, ''),
  (7, x'ffffffffffffffffffffffffffffffff', x'ffffffffffffffffffffffffffffffff', 2, 1, x'00000000000000000000000000000001',
   9223372036854775807, 1, 'Grund 🙃');
INSERT INTO sender_keys VALUES
  (x'00000000000000000000000000000000', '', '', 0, NULL),
  (x'00000000000000000000000000000000', 'AAAA', 'Gerät', 1, -1),
  (x'ffffffffffffffffffffffffffffffff', 'aaaa', '', 1, 9223372036854775807);
