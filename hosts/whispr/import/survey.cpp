#include "import/survey.hpp"

#include <array>

namespace whispr_cli {

namespace {

struct Count {
    std::string_view what;
    std::string_view sql;
};

constexpr std::array held{
    Count{"conversations", "SELECT count(*) FROM conversations"},
    Count{"members", "SELECT count(*) FROM conversation_members"},
    Count{"messages", "SELECT count(*) FROM messages"},
    Count{"reactions", "SELECT count(*) FROM message_reactions"},
    Count{"attachments", "SELECT count(*) FROM message_attachments"},
    Count{"pinned messages", "SELECT count(*) FROM pinned_messages"},
    Count{"messages deleted for one user", "SELECT count(*) FROM user_message_deletions"},
    Count{"drafts", "SELECT count(*) FROM message_drafts"},
    Count{"scheduled messages", "SELECT count(*) FROM scheduled_messages"},
    Count{"sanctions", "SELECT count(*) FROM conversation_sanctions"},
    Count{"reports", "SELECT count(*) FROM reports"},
    Count{"sender keys", "SELECT count(*) FROM sender_public_keys"},
};

constexpr std::array changed{
    Count{"deleted messages, which become tombstones without content",
          "SELECT count(*) FROM messages WHERE is_deleted"},
    Count{"reactions, attachments and pins on deleted messages, which are not kept",
          "SELECT (SELECT count(*) FROM message_reactions x JOIN messages m ON m.id = "
          "x.message_id WHERE m.is_deleted) + (SELECT count(*) FROM message_attachments x JOIN "
          "messages m ON m.id = x.message_id WHERE m.is_deleted) + (SELECT count(*) FROM "
          "pinned_messages x JOIN messages m ON m.id = x.message_id WHERE m.is_deleted)"},
    Count{"messages without a sender, which become the system's",
          "SELECT count(*) FROM messages WHERE sender_id IS NULL"},
    Count{"replies to messages of other conversations, which become plain messages",
          "SELECT count(*) FROM messages m JOIN messages t ON t.id = m.reply_to_id "
          "WHERE t.conversation_id <> m.conversation_id"},
    Count{"direct conversations of the same two users, of which one stays the one that is found",
          "SELECT coalesce(sum(n - 1), 0)::bigint FROM (SELECT count(*) AS n FROM (SELECT "
          "array_agg(user_id ORDER BY user_id) AS users FROM conversation_members m JOIN "
          "conversations c ON c.id = m.conversation_id WHERE c.type = 'direct' GROUP BY c.id) p "
          "GROUP BY users HAVING count(*) > 1) d"},
    Count{"direct conversations with more than two members, which keep them",
          "SELECT count(*) FROM (SELECT c.id FROM conversations c JOIN conversation_members m ON "
          "m.conversation_id = c.id WHERE c.type = 'direct' GROUP BY c.id HAVING count(*) > 2) d"},
    Count{"receipts of single messages, of which each member keeps two positions",
          "SELECT count(*) FROM delivery_statuses WHERE delivered_at IS NOT NULL OR read_at IS "
          "NOT NULL"},
    Count{"settings of conversations, which nothing enforced and which are not kept",
          "SELECT count(*) FROM conversation_settings"},
};

}  // namespace

whispr::Result<int> write_survey(Source& source, std::ostream& out) {
    for (const Count& count : held)
        out << "  " << source.number(std::string(count.sql)) << ' ' << count.what << '\n';
    out << "of these\n";
    for (const Count& count : changed) {
        const std::int64_t rows = source.number(std::string(count.sql));
        if (rows > 0) out << "  " << rows << ' ' << count.what << '\n';
    }
    if (source.failure()) return *source.failure();
    out << "nothing was changed\n";
    return 0;
}

}  // namespace whispr_cli
