-- Fills the service's tables with any number of rows; the same numbers give the same rows. Run with psql, e.g.
--   psql -v seed=1 -v users=200 -v conversations=500 -v messages=10000 -f generate.sql
-- Every third conversation is a group; messages gather in the first conversations, so that some are long. Several
-- messages share a second, some are deleted, edited, hidden, ephemeral, replies, signed, or not UTF-8.

-- A number from 0 to n - 1 that depends on the seed, a name, and a counter.
CREATE OR REPLACE FUNCTION pick(seed bigint, name text, i bigint, n bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((hashtextextended(name || i, seed) % n) + n) % n;
CREATE OR REPLACE FUNCTION made_id(seed bigint, name text, i bigint) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN overlay(md5(seed || name || i) PLACING '4' FROM 13)::uuid;

INSERT INTO conversations (id, type, external_group_id, metadata, is_active, inserted_at, updated_at)
SELECT made_id(:seed, 'conversation', c), CASE WHEN c % 3 = 0 THEN 'group' ELSE 'direct' END,
       CASE WHEN c % 21 = 0 THEN made_id(:seed, 'external', c) END,
       CASE WHEN c % 3 = 0 THEN jsonb_build_object('name', 'Group ' || c, 'pictureUrl', 'https://x/' || c,
           'group_settings', jsonb_build_object('message_permission', 'all_members')) ELSE '{}' END,
       c % 17 <> 0, timestamp '2024-01-01' + c * interval '1 minute', timestamp '2024-01-02' + c * interval '1 minute'
FROM generate_series(1, :conversations) c;

INSERT INTO conversation_members
    (id, conversation_id, user_id, settings, joined_at, last_read_at, is_active, inserted_at, updated_at)
SELECT made_id(:seed, 'member', c * 1000 + k), made_id(:seed, 'conversation', c),
       made_id(:seed, 'user', (pick(:seed, 'first', c, :users) + k * (1 + pick(:seed, 'step', c, 5))) % :users),
       jsonb_build_object('notifications', true, 'sound_enabled', c % 5 <> 0, 'is_pinned', k = 1 AND c % 40 = 0,
           'is_archived', c % 19 = 0, 'is_muted', c % 23 = 0)
           || CASE WHEN k = 0 AND c % 3 = 0 THEN '{"role": "admin"}' ELSE '{}' END::jsonb
           || CASE WHEN c % 29 = 0 THEN '{"custom_name": "mine"}' ELSE '{}' END::jsonb,
       timestamp '2024-01-01' + c * interval '1 minute' + CASE WHEN k > 1 THEN k * interval '1 hour' ELSE '0' END,
       CASE pick(:seed, 'reading', c * 1000 + k, 4) WHEN 0 THEN NULL
           ELSE timestamp '2024-02-01' + pick(:seed, 'until', c * 1000 + k, 1 + :messages / 3) * interval '1 second' END,
       pick(:seed, 'left', c * 1000 + k, 15) <> 0, timestamp '2024-01-01', timestamp '2024-01-01'
FROM generate_series(1, :conversations) c,
     generate_series(0, CASE WHEN c % 3 <> 0 THEN 1 ELSE 2 + pick(:seed, 'size', c, 10) END) k
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE made_messages AS
SELECT i, m.conversation_id, m.users[1 + pick(:seed, 'sender', i, cardinality(m.users))] AS sender_id
FROM generate_series(1, :messages) i
JOIN (SELECT row_number() OVER (ORDER BY conversation_id) AS n, conversation_id, array_agg(user_id ORDER BY user_id) AS users
      FROM conversation_members GROUP BY conversation_id) m
  ON m.n = 1 + pick(:seed, 'a', i, 1 + pick(:seed, 'b', i, :conversations));

INSERT INTO messages
    (id, conversation_id, sender_id, message_type, content, metadata, client_random, sent_at, edited_at, is_deleted,
     delete_for_everyone, signature, sender_public_key, expires_at, inserted_at, updated_at)
SELECT made_id(:seed, 'message', i), conversation_id,
       CASE WHEN i % 211 = 0 THEN NULL WHEN i % 199 = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE sender_id END,
       CASE WHEN i % 199 = 0 OR i % 211 = 0 THEN 'system' WHEN i % 13 = 0 THEN 'media' ELSE 'text' END,
       CASE WHEN i % 97 = 0 THEN '\xff00fe80'::bytea || decode(md5(i::text), 'hex')
           ELSE convert_to('message ' || i || repeat(' and more', pick(:seed, 'length', i, 12)::int), 'UTF8') END,
       CASE WHEN i % 13 = 0 THEN jsonb_build_object('media_id', made_id(:seed, 'media', i), 'media_type', 'image')
           ELSE '{}' END,
       CASE WHEN i % 7 <> 0 AND i % 199 <> 0 AND i % 211 <> 0 THEN i END,
       timestamp '2024-02-01' + i / 3 * interval '1 second',
       CASE WHEN i % 31 = 0 THEN timestamp '2024-02-01' + (i / 3 + 60) * interval '1 second' END,
       i % 37 = 0, i % 37 = 0,
       CASE WHEN i % 11 = 0 THEN 'c2lnbmF0dXJl' || i END, CASE WHEN i % 11 = 0 THEN 'cHVibGljIGtleQ==' END,
       CASE WHEN i % 101 = 0 THEN timestamp '2024-03-01' WHEN i % 103 = 0 THEN timestamp '2100-01-01' END,
       timestamp '2024-02-01' + (i / 3 + i % 2) * interval '1 second',
       timestamp '2024-02-01' + (i / 3 + 60) * interval '1 second'
FROM made_messages;

-- Answers to a message of the same conversation, and now and then of another one.
UPDATE messages m SET reply_to_id = t.id
FROM made_messages a, messages t
WHERE m.id = made_id(:seed, 'message', a.i) AND a.i % 9 = 0
  AND t.id = made_id(:seed, 'message', 1 + pick(:seed, 'answered', a.i, :messages))
  AND (t.conversation_id = m.conversation_id OR a.i % 5 = 0);

-- Most have read what comes first and then skip some; others have received only.
INSERT INTO delivery_statuses (id, message_id, user_id, delivered_at, read_at, inserted_at, updated_at)
SELECT made_id(:seed, 'status' || u.user_id, a.i), made_id(:seed, 'message', a.i), u.user_id,
       CASE WHEN pick(:seed, 'got' || u.user_id, a.i, 3) > 0 THEN timestamp '2024-02-01' + (a.i / 3 + 1) * interval '1 second' END,
       CASE WHEN pick(:seed, 'saw' || u.user_id, a.i, 5) > 0 AND a.i < :messages * 2 / 3
           THEN timestamp '2024-02-01' + (a.i / 3 + 5) * interval '1 second' END,
       timestamp '2024-02-01', timestamp '2024-02-01'
FROM made_messages a JOIN conversation_members u ON u.conversation_id = a.conversation_id AND u.user_id <> a.sender_id
WHERE a.i % 2 = 0 OR a.i < :messages / 20;

INSERT INTO message_reactions (id, message_id, user_id, reaction, inserted_at, updated_at)
SELECT made_id(:seed, 'reaction' || k, i), made_id(:seed, 'message', i),
       made_id(:seed, 'user', pick(:seed, 'reacting' || k, i, :users)), (ARRAY['👍', '❤️', 'ok', '🎉'])[1 + k],
       timestamp '2024-02-01' + i / 3 * interval '1 second', timestamp '2024-02-01'
FROM generate_series(4, :messages, 4) i, generate_series(0, i % 3) k;

INSERT INTO message_attachments
    (id, message_id, filename, file_type, file_size, mime_type, storage_url, thumbnail_url, metadata, is_deleted, inserted_at, updated_at)
SELECT made_id(:seed, 'attachment', i), made_id(:seed, 'message', i), 'file ' || i, (ARRAY['image', 'video', 'audio', 'document'])[1 + i % 4],
       1 + i, 'image/png', 'https://files/' || i, CASE WHEN i % 2 = 0 THEN 'https://thumbs/' || i END, '{"w": 1}', i % 39 = 0,
       timestamp '2024-02-01' + i / 3 * interval '1 second', timestamp '2024-02-01'
FROM generate_series(13, :messages, 13) i;

INSERT INTO pinned_messages (id, message_id, conversation_id, pinned_by, pinned_at, inserted_at, updated_at)
SELECT made_id(:seed, 'pin', i), made_id(:seed, 'message', i), conversation_id, sender_id,
       timestamp '2024-02-01' + i / 3 * interval '1 second', timestamp '2024-02-01', timestamp '2024-02-01'
FROM made_messages WHERE i % 61 = 0;

INSERT INTO user_message_deletions (id, user_id, message_id, inserted_at)
SELECT made_id(:seed, 'hidden', a.i), u.user_id, made_id(:seed, 'message', a.i), timestamp '2024-02-01'
FROM made_messages a JOIN LATERAL (SELECT user_id FROM conversation_members WHERE conversation_id = a.conversation_id
    ORDER BY user_id LIMIT 1) u ON true WHERE a.i % 43 = 0;

INSERT INTO message_drafts (id, conversation_id, user_id, content, metadata, inserted_at, updated_at)
SELECT made_id(:seed, 'draft', row_number() OVER (ORDER BY m.id)), conversation_id, user_id,
       convert_to('draft of ' || user_id, 'UTF8'), '{"a": 1}', timestamp '2024-03-01', timestamp '2024-03-02'
FROM conversation_members m WHERE get_byte(uuid_send(m.id), 0) % 6 = 0;

INSERT INTO scheduled_messages
    (id, conversation_id, sender_id, content, message_type, metadata, client_random, scheduled_at, status, inserted_at, updated_at)
SELECT made_id(:seed, 'schedule', row_number() OVER (ORDER BY m.id)), conversation_id, user_id, convert_to('later', 'UTF8'), 'text', '{}',
       CASE WHEN get_byte(uuid_send(m.id), 1) % 4 > 0 THEN row_number() OVER (ORDER BY m.id) END,
       timestamp '2100-01-01', (ARRAY['pending', 'sent', 'cancelled', 'failed'])[1 + get_byte(uuid_send(m.id), 2) % 4],
       timestamp '2024-03-01', timestamp '2024-03-02'
FROM conversation_members m WHERE get_byte(uuid_send(m.id), 0) % 6 = 1;

INSERT INTO conversation_sanctions (id, conversation_id, user_id, type, reason, issued_by, expires_at, active, inserted_at)
SELECT made_id(:seed, 'sanction', row_number() OVER (ORDER BY m.id)), conversation_id, user_id,
       (ARRAY['mute', 'kick', 'shadow_restrict'])[1 + get_byte(uuid_send(m.id), 1) % 3], 'a reason', made_id(:seed, 'user', 0),
       CASE get_byte(uuid_send(m.id), 2) % 3 WHEN 0 THEN timestamp '2024-03-01' WHEN 1 THEN timestamp '2100-01-01' END,
       get_byte(uuid_send(m.id), 3) % 3 > 0, timestamp '2024-03-01'
FROM conversation_members m WHERE get_byte(uuid_send(m.id), 0) % 20 = 2;

INSERT INTO reports
    (id, reporter_id, reported_user_id, conversation_id, message_id, category, description, evidence, status, resolution, inserted_at, updated_at)
SELECT made_id(:seed, 'report', i), made_id(:seed, 'user', pick(:seed, 'reporter', i, :users)), sender_id,
       CASE WHEN i % 2 = 0 THEN conversation_id END, CASE WHEN i % 3 > 0 THEN made_id(:seed, 'message', i) END,
       (ARRAY['offensive', 'spam', 'nudity', 'violence', 'harassment', 'other'])[1 + i % 6],
       CASE WHEN i % 2 = 0 THEN 'because' END, '{"content": "x"}',
       CASE WHEN i % 4 = 0 THEN 'resolved_action' ELSE 'pending' END,
       CASE WHEN i % 4 = 0 THEN jsonb_build_object('action', 'warn', 'resolved_by', made_id(:seed, 'user', 0),
           'resolved_at', '2024-03-04T05:06:07.890123Z', 'notes', 'done') END,
       timestamp '2024-03-01' + i * interval '1 second', timestamp '2024-03-05'
FROM made_messages WHERE i % 71 = 0;

INSERT INTO sender_public_keys (id, user_id, public_key, inserted_at, updated_at)
SELECT made_id(:seed, 'key', u), made_id(:seed, 'user', u), 'cHVibGljIGtleSA' || u || '=', timestamp '2024-01-01', timestamp '2024-01-01'
FROM generate_series(0, :users - 1, 3) u;

INSERT INTO conversation_settings (id, conversation_id, settings, inserted_at, updated_at)
SELECT made_id(:seed, 'settings', c), made_id(:seed, 'conversation', c), '{"messages": {"allow_editing": true}}',
       timestamp '2024-01-01', timestamp '2024-01-01'
FROM generate_series(4, :conversations, 4) c;

DROP TABLE made_messages;
ANALYZE;
