#include "statements.hpp"

#include "migrate.hpp"
#include "sql_concepts.hpp"
#include "sql_conversations.hpp"
#include "sql_copy.hpp"
#include "sql_import.hpp"
#include "sql_members.hpp"
#include "sql_messages.hpp"
#include "sql_reader.hpp"
#include "sql_tables.hpp"

namespace whispr::sql {

std::vector<const Statement*> all_statements() {
    std::vector<const Statement*> all;
    for (const auto statements :
         {migration_statements(), conversation_statements(), member_statements(),
          message_statements(), reaction_statements(), reader_statements(), page_statements(),
          list_statements(), changed_statements(), pin_statements(), attachment_statements(),
          draft_statements(), schedule_statements(), moderation_statements(),
          sender_key_statements(), search_statements(), import_statements(), table_statements(),
          copy_statements()}) {
        all.insert(all.end(), statements.begin(), statements.end());
    }
    return all;
}

}  // namespace whispr::sql
