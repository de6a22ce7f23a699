-- What the service's code and constraints let happen (DATA.md §3), each with an id that the tests know.
CREATE OR REPLACE FUNCTION odd(kind text, n int) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (kind || '0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid;
-- A moment in the minute in which all of this was said.
CREATE OR REPLACE FUNCTION at_second(n int) RETURNS timestamp LANGUAGE sql IMMUTABLE
    RETURN timestamp '2024-02-01 10:00:00' + n * interval '1 second';

INSERT INTO conversations (id, type, metadata, is_active, external_group_id, inserted_at, updated_at) VALUES
    -- The same two began twice at once.
    (odd('c', 1), 'direct', '{}', true, NULL, '2024-01-01', '2024-01-01'),
    (odd('c', 2), 'direct', '{}', true, NULL, '2024-01-05', '2024-01-05'),
    -- Somebody was added to a direct conversation, later, and at the very beginning.
    (odd('c', 3), 'direct', '{}', true, NULL, '2024-01-06', '2024-01-06'),
    (odd('c', 8), 'direct', '{}', true, NULL, '2024-01-07', '2024-01-07'),
    (odd('c', 4), 'group', '{"name": "Odd", "picture_url": "https://x/p", "pictureUrl": "https://x/p",
        "group_settings": {"message_permission": "all_members"}, "e2ee": {"enabled": true, "v": 1}}', true,
        odd('f', 99), '2024-01-08', '2024-01-09'),
    (odd('c', 5), 'group', '{"name": "Gaps"}', true, NULL, '2024-01-08', '2024-01-08'),
    (odd('c', 6), 'group', '{"name": "Nobody"}', true, NULL, '2024-01-08', '2024-01-08'),
    (odd('c', 7), 'group', '{"name": "Closed"}', false, NULL, '2024-01-08', '2024-01-08'),
    (odd('c', 9), 'group', '{"name": "Long"}', true, NULL, '2024-01-08', '2024-01-08');

INSERT INTO conversation_members
    (conversation_id, user_id, settings, joined_at, last_read_at, is_active, inserted_at, updated_at)
SELECT odd('c', c), odd('a', u), settings::jsonb, joined, reading, active, joined, joined FROM (VALUES
    (1, 1, '{}', timestamp '2024-01-01', NULL::timestamp, true), (1, 2, '{}', '2024-01-01', NULL, true),
    (2, 1, '{}', '2024-01-05', NULL, true), (2, 2, '{}', '2024-01-05', NULL, true),
    (3, 1, '{}', '2024-01-06', NULL, true), (3, 3, '{}', '2024-01-06', NULL, true),
    (3, 4, '{}', '2024-01-09', NULL, true),
    (8, 1, '{}', '2024-01-07', NULL, true), (8, 5, '{}', '2024-01-07', NULL, true), (8, 6, '{}', '2024-01-07', NULL, true),
    (4, 1, '{"role": "admin", "is_pinned": true, "is_muted": true, "notifications": false, "custom_name": "Mine"}',
        '2024-01-08', at_second(9), true),
    (4, 2, '{"role": "moderator"}', '2024-01-09', NULL, true), (4, 3, '{"role": "owner"}', '2024-01-10', NULL, true),
    (4, 4, '{}', '2024-01-11', NULL, false), (4, 5, '{"role": "king"}', '2024-01-12', NULL, true),
    (5, 1, '{"role": "admin"}', '2024-01-08', NULL, true), (5, 2, '{}', '2024-01-08', NULL, true),
    (5, 3, '{}', '2024-01-08', at_second(21), true),
    (7, 1, '{}', '2024-01-08', NULL, true),
    (9, 1, '{"role": "admin"}', '2024-01-08', NULL, true), (9, 2, '{}', '2024-01-08', at_second(100), true)
) v (c, u, settings, joined, reading, active);

INSERT INTO messages
    (id, conversation_id, sender_id, message_type, content, metadata, client_random, sent_at, edited_at, is_deleted,
     delete_for_everyone, signature, sender_public_key, expires_at, inserted_at, updated_at)
SELECT odd('e', n), odd('c', c), CASE WHEN u > 0 THEN odd('a', u) END, type, content, metadata::jsonb, random, at_second(s),
       edited, deleted, deleted, signature, signature, expires, at_second(s + late), at_second(s + 60) FROM (VALUES
    (1, 4, 1, 'text', 'said third'::bytea, '{}', 1, 0, 2, NULL::timestamp, false, NULL, NULL::timestamp),
    (2, 4, 2, 'text', 'said first', '{}', 1, 0, 1, NULL, false, NULL, NULL),
    (3, 4, 2, 'text', 'said second', '{}', 2, 0, 1, NULL, false, NULL, NULL),
    (4, 4, 0, 'system', 'somebody came', '{"action": "member_joined"}', 7, 5, 0, NULL, false, NULL, NULL),
    (5, 4, 0, 'text', 'nobody wrote this', '{}', 7, 6, 0, NULL, false, NULL, NULL),
    (6, 4, 2, 'text', '\xff00fe', '{}', 3, 7, 0, NULL, false, NULL, NULL),
    (7, 4, 2, 'text', 'a secret', '{"secret": 1}', 4, 8, 0, NULL, true, 'c2ln', NULL),
    (8, 4, 1, 'text', 'answers what was deleted', '{}', 8, 9, 0, NULL, false, NULL, NULL),
    (9, 4, 2, 'text', 'answers elsewhere', '{}', 9, 10, 0, NULL, false, NULL, NULL),
    (10, 4, 2, 'text', 'answers what came later', '{}', 10, 11, 0, NULL, false, NULL, NULL),
    (11, 4, 2, 'text', 'was edited', '{}', 11, 12, 0, at_second(40), false, NULL, NULL),
    (12, 4, 2, 'text', 'a negative token', '{}', -5, 13, 0, NULL, false, NULL, NULL),
    (13, 4, 2, 'text', 'has expired', '{}', 13, 14, 0, NULL, false, NULL, '2024-03-01'),
    (14, 4, 2, 'text', 'will expire', '{}', 14, 15, 0, NULL, false, NULL, '2100-01-01'),
    (15, 4, 3, 'text', 'hidden for one', '{}', 15, 16, 0, NULL, false, NULL, NULL),
    (16, 4, 1, 'media', 'pinned', '{"media_id": "m", "clientThing": {"deep": [1, 2.50, "ü"]}}', 16, 17, 0, NULL, false, 'c2ln', NULL),
    (50, 5, 1, 'text', 'one', '{}', 50, 20, 0, NULL, false, NULL, NULL),
    (51, 5, 1, 'text', 'two', '{}', 51, 21, 0, NULL, false, NULL, NULL),
    (52, 5, 1, 'text', 'three', '{}', 52, 22, 0, NULL, false, NULL, NULL),
    (53, 5, 1, 'text', 'four', '{}', 53, 23, 0, NULL, false, NULL, NULL)
) v (n, c, u, type, content, metadata, random, s, late, edited, deleted, signature, expires);
UPDATE messages SET reply_to_id = odd('e', 7) WHERE id = odd('e', 8);
UPDATE messages SET reply_to_id = odd('e', 50) WHERE id = odd('e', 9);
UPDATE messages SET reply_to_id = odd('e', 11) WHERE id = odd('e', 10);

-- More messages than one transaction of the tests takes, all within two seconds.
INSERT INTO messages (id, conversation_id, sender_id, message_type, content, client_random, sent_at, inserted_at, updated_at)
SELECT odd('9', n), odd('c', 9), odd('a', 1), 'text', convert_to('number ' || n, 'UTF8'), 1000 + n, at_second(100 + n / 200),
       at_second(100 + n / 200), at_second(100 + n / 200) FROM generate_series(1, 300) n;

INSERT INTO delivery_statuses (message_id, user_id, delivered_at, read_at, inserted_at, updated_at)
SELECT odd('e', m), odd('a', u), got, saw, '2024-02-01', '2024-02-01' FROM (VALUES
    -- He has not read the third.
    (50, 2, at_second(30), at_second(31)), (51, 2, at_second(30), at_second(32)), (52, 2, at_second(30), NULL),
    (53, 2, NULL, at_second(33)),
    -- Her moment covers two, and a receipt the third.
    (52, 3, at_second(34), at_second(35)),
    -- Somebody who is no member.
    (50, 6, at_second(30), at_second(31))
) v (m, u, got, saw);

INSERT INTO message_reactions (id, message_id, user_id, reaction, inserted_at, updated_at) VALUES
    (odd('f', 1), odd('e', 7), odd('a', 1), '👍', at_second(30), at_second(30)),
    (odd('f', 2), odd('e', 16), odd('a', 2), '👍', at_second(31), at_second(31)),
    (odd('f', 3), odd('e', 16), odd('a', 2), '🎉', at_second(30), at_second(30));
INSERT INTO message_attachments
    (id, message_id, filename, file_type, file_size, mime_type, storage_url, metadata, is_deleted, inserted_at, updated_at) VALUES
    (odd('f', 4), odd('e', 7), 'secret.png', 'image', 1, 'image/png', 'https://f/1', '{}', false, at_second(30), at_second(30)),
    (odd('f', 5), odd('e', 16), 'kept.png', 'image', 2, 'image/png', 'https://f/2', '{"w": 3}', false, at_second(30), at_second(30)),
    (odd('f', 6), odd('e', 16), 'removed.png', 'image', 2, 'image/png', 'https://f/3', '{}', true, at_second(30), at_second(30));
INSERT INTO pinned_messages (id, message_id, conversation_id, pinned_by, pinned_at, inserted_at, updated_at) VALUES
    (odd('f', 7), odd('e', 7), odd('c', 4), odd('a', 1), at_second(30), at_second(30), at_second(30)),
    (odd('f', 8), odd('e', 16), odd('c', 4), odd('a', 2), at_second(31), at_second(31), at_second(31)),
    -- Of another conversation than its message.
    (odd('f', 9), odd('e', 50), odd('c', 4), odd('a', 2), at_second(31), at_second(31), at_second(31));
INSERT INTO user_message_deletions (user_id, message_id) VALUES (odd('a', 2), odd('e', 15));
INSERT INTO message_drafts (id, conversation_id, user_id, content, metadata, inserted_at, updated_at) VALUES
    (odd('f', 10), odd('c', 4), odd('a', 1), '\x68c3bc', '{"reply": 1}', at_second(30), at_second(31));
INSERT INTO scheduled_messages
    (id, conversation_id, sender_id, content, client_random, scheduled_at, status, inserted_at, updated_at) VALUES
    (odd('f', 11), odd('c', 4), odd('a', 1), 'happy new year', NULL, '2100-01-01', 'pending', at_second(30), at_second(30)),
    (odd('f', 12), odd('c', 4), odd('a', 1), 'never', 5, '2100-01-01', 'cancelled', at_second(30), at_second(30));
INSERT INTO conversation_sanctions (id, conversation_id, user_id, type, reason, issued_by, expires_at, active, inserted_at) VALUES
    (odd('f', 13), odd('c', 4), odd('a', 5), 'mute', 'spam', odd('a', 1), '2100-01-01', true, at_second(30)),
    (odd('f', 14), odd('c', 4), odd('a', 5), 'mute', 'spam again', odd('a', 1), '2099-01-01', true, at_second(31)),
    (odd('f', 15), odd('c', 4), odd('a', 2), 'mute', 'lifted', odd('a', 1), NULL, false, at_second(32)),
    (odd('f', 16), odd('c', 4), odd('a', 3), 'shadow_restrict', 'for ever', odd('a', 1), NULL, true, at_second(33)),
    -- About somebody who never was a member.
    (odd('f', 17), odd('c', 4), odd('a', 6), 'mute', 'stranger', odd('a', 1), NULL, true, at_second(34));
INSERT INTO reports
    (id, reporter_id, reported_user_id, conversation_id, message_id, category, evidence, status, resolution, inserted_at, updated_at) VALUES
    (odd('f', 18), odd('a', 2), odd('a', 1), odd('c', 4), odd('e', 16), 'spam', '{"content": "pinned"}', 'pending', NULL, at_second(30), at_second(30)),
    (odd('f', 19), odd('a', 3), odd('a', 1), NULL, NULL, 'other', '{}', 'resolved_dismissed',
        '{"action": "dismiss", "resolved_by": "a0000000-0000-4000-8000-000000000002", "resolved_at": "2024-02-02T01:02:03.456789Z", "notes": "no"}',
        at_second(30), at_second(60));
INSERT INTO sender_public_keys (user_id, public_key, inserted_at, updated_at) VALUES
    (odd('a', 1), 'a2V5', at_second(30), at_second(30));
INSERT INTO conversation_settings (conversation_id, settings, inserted_at, updated_at) VALUES
    (odd('c', 4), '{"messages": {"allow_editing": false}}', at_second(30), at_second(30));
