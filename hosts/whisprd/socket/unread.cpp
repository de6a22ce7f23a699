#include "socket/unread.hpp"

#include <memory>

#include "edge/json/text.hpp"
#include "whispr/limits.hpp"

namespace whisprd::socket {

namespace {

// Reads page after page; each answer asks for the next one.
struct Collector {
    whispr::Engine& engine;
    whispr::Caller caller;
    whispr::Completion<std::vector<whispr::Message>> done;
    std::vector<whispr::Conversation> left;  // the latest activity last
    std::vector<whispr::Message> found;

    static void next(const std::shared_ptr<Collector>& all) {
        if (all->left.empty() || all->found.size() >= whispr::limits::page_rows) {
            all->done(std::move(all->found));
            return;
        }
        whispr::PageRequest request;
        request.conversation = all->left.back().id;
        request.after_mseq = all->left.back().read_mseq;
        request.limit = whispr::limits::page_rows - all->found.size();
        all->left.pop_back();
        all->engine.messages().page(all->caller, request,
                                    [all](whispr::Result<whispr::MessagePage> page) {
                                        if (!page) {
                                            all->done(page.error());
                                            return;
                                        }
                                        for (auto& message : page->messages) {
                                            if (message.sender != all->caller.user)
                                                all->found.push_back(std::move(message));
                                        }
                                        next(all);
                                    });
    }
};

}  // namespace

void collect_unread(whispr::Engine& engine, const whispr::Caller& caller,
                    whispr::Completion<std::vector<whispr::Message>> done) {
    const auto all =
        std::make_shared<Collector>(Collector{engine, caller, std::move(done), {}, {}});
    whispr::ListConversations request;
    request.limit = whispr::limits::page_rows;
    engine.conversations().list(caller, request,
                                [all](whispr::Result<whispr::ConversationList> list) {
                                    if (!list) {
                                        all->done(list.error());
                                        return;
                                    }
                                    for (auto one = list->conversations.rbegin();
                                         one != list->conversations.rend(); ++one) {
                                        if (one->unread > 0) all->left.push_back(std::move(*one));
                                    }
                                    Collector::next(all);
                                });
}

void write_unread(std::string& out, const std::vector<whispr::Message>& messages) {
    out += R"({"unread_messages":[)";
    for (const auto& message : messages) {
        if (out.back() != '[') out += ',';
        out += R"({"id":)";
        edge::json::write(out, message.id);
        out += R"(,"conversation_id":)";
        edge::json::write(out, message.conversation);
        out += R"(,"sender_id":)";
        edge::json::write(out, message.sender);
        out += R"(,"message_type":")";
        out += whispr::to_string(message.type);
        out += R"(","metadata":)";
        out += message.metadata;
        out += R"(,"sent_at":)";
        edge::json::write(out, message.sent_at);
        out += R"(,"is_deleted":)";
        edge::json::write_bool(out, message.deleted);
        out += '}';
    }
    out += "]}";
}

}  // namespace whisprd::socket
