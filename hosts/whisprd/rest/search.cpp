// Search of messages, in all conversations of the caller or in one, and of conversations by name or
// member.
#include "whispr/search.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/limits.hpp"

namespace whisprd::rest {

namespace {

constexpr edge::HttpErrors search_errors{};

constexpr std::size_t conversations_by_default = 20;
constexpr std::size_t most_conversations = 50;
constexpr std::size_t messages_by_default = 50;

std::string_view text_of(const Params& params, std::string_view name) {
    return edge::json::to_text(params.find(name)).value.value_or(std::string_view());
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

// An integer as existing clients may write it: what follows the digits is not looked at.
std::optional<std::int64_t> leading_integer(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) {
        return text.starts_with('-') ? std::numeric_limits<std::int64_t>::min()
                                     : std::numeric_limits<std::int64_t>::max();
    }
    return value;
}

std::size_t within(std::optional<std::int64_t> value, std::size_t fallback, std::size_t least,
                   std::size_t most) {
    if (!value) return fallback;
    if (*value < static_cast<std::int64_t>(least)) return least;
    return static_cast<std::size_t>(std::min(*value, static_cast<std::int64_t>(most)));
}

whispr::SearchMessages read_search(const Params& params) {
    whispr::SearchMessages request;
    request.query = std::string(text_of(params, "query"));
    request.limit = within(leading_integer(text_of(params, "limit")), messages_by_default, 1,
                           whispr::limits::page_rows);
    request.offset =
        within(leading_integer(text_of(params, "offset")), 0, 0, whispr::limits::search_offset);
    return request;
}

void write_messages(std::string& out, const std::vector<whispr::Message>& messages) {
    out += '[';
    for (const auto& message : messages) {
        if (out.back() != '[') out += ',';
        edge::json::write_message(out, message);
    }
    out += ']';
}

// GET /messages/search
void in_all(CallPtr call) {
    if (!admit(call)) return;
    const Params& params = call->params();
    whispr::SearchMessages request = read_search(params);
    if (!text_of(params, "conversation_id").empty()) {
        const auto id = edge::json::to_uuid(params.find("conversation_id"));
        if (!id.value) return call->refuse(edge::framework_error(400));
        request.conversation = whispr::ConversationId{*id.value};
    }
    auto& search = call->service().engine.search();
    const whispr::Caller caller = *call->caller();
    search.messages(caller, std::move(request),
                    answering<whispr::MessagesFound>(std::move(call), search_errors,
                                                     [](Call& asked, auto& found) {
                                                         std::string& out = scratch();
                                                         write_messages(out, found.messages);
                                                         asked.answer(200, out);
                                                     }));
}

// GET /conversations/:id/messages/search
void in_one(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    whispr::SearchMessages request = read_search(call->params());
    request.conversation = *id;
    auto& search = call->service().engine.search();
    const whispr::Caller caller = *call->caller();
    search.messages(caller, std::move(request),
                    answering<whispr::MessagesFound>(std::move(call), search_errors,
                                                     [](Call& asked, auto& found) {
                                                         std::string& out = scratch();
                                                         out += R"({"data":)";
                                                         write_messages(out, found.messages);
                                                         out += '}';
                                                         asked.answer(200, out);
                                                     }));
}

void render_conversations(Call& call, const std::string& query,
                          const std::vector<whispr::Conversation>& found) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& conversation : found) {
        if (out.back() != '[') out += ',';
        edge::json::write_conversation(out, conversation, edge::json::Detail::without_members);
    }
    out += R"(],"meta":{"count":)";
    edge::json::write_number(out, static_cast<std::int64_t>(found.size()));
    out += R"(,"query":)";
    edge::json::write_text(out, query);
    out += "}}";
    call.answer(200, out);
}

// GET /conversations/search
void conversations(CallPtr call) {
    if (!admit(call)) return;
    const Params& params = call->params();
    const std::string query(text_of(params, "q"));
    if (is_blank(query)) {
        return call->refuse(edge::plain_error(400, "Missing required parameter: q"));
    }
    whispr::SearchConversations request;
    request.query = query;
    request.limit = read_limit(params, conversations_by_default, most_conversations);
    auto& search = call->service().engine.search();
    const whispr::Caller caller = *call->caller();
    search.conversations(caller, std::move(request),
                         answering<std::vector<whispr::Conversation>>(
                             std::move(call), search_errors, [query](Call& asked, auto& found) {
                                 render_conversations(asked, query, found);
                             }));
}

constexpr std::array routes{
    Route{"GET", "/messages/search", in_all},
    Route{"GET", "/conversations/:id/messages/search", in_one},
    Route{"GET", "/conversations/search", conversations},
};

}  // namespace

std::span<const Route> search_routes() {
    return routes;
}

}  // namespace whisprd::rest
