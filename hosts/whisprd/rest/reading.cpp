#include "rest/reading.hpp"

#include <algorithm>

namespace whisprd::rest {

bool admit(CallPtr& call, unsigned status, std::string_view text) {
    if (call->caller() != nullptr) return true;
    call->refuse(edge::plain_error(status, text));
    call.reset();
    return false;
}

std::size_t read_limit(const Params& params, std::size_t fallback, std::size_t most) {
    const auto limit = edge::json::to_integer(params.find("limit")).value;
    if (!limit || *limit <= 0) return fallback;
    return std::min(static_cast<std::size_t>(*limit), most);
}

std::size_t read_offset(const Params& params) {
    const auto offset = edge::json::to_integer(params.find("offset")).value;
    return offset && *offset > 0 ? static_cast<std::size_t>(*offset) : 0;
}

bool read_op_id(CallPtr& call, std::optional<whispr::OpId>& op_id) {
    const auto key = call->request().header("idempotency-key");
    if (!key) return true;
    op_id = whispr::OpId::parse(*key);
    if (op_id) return true;
    call->refuse(edge::plain_error(400, "Idempotency-Key must be a UUID"));
    call.reset();
    return false;
}

bool acts_as_itself(CallPtr& call, const Params& params, std::string_view name) {
    const auto named = params.find(name);
    if (!named.given()) return true;
    const auto id = edge::json::to_uuid(named);
    if (id.value && *id.value == call->caller()->user.uuid) return true;
    call->refuse(edge::plain_error(403, "Unauthorized"));
    call.reset();
    return false;
}

void refuse_fields(CallPtr call, whispr::ConversationId conversation, const FieldCheck& check,
                   const edge::HttpErrors& errors) {
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.show(
        caller, conversation,
        answering<whispr::Conversation>(std::move(call), errors,
                                        [error = check.error(), &errors](Call& asked, auto&) {
                                            asked.refuse(edge::http_error(error, errors));
                                        }));
}

}  // namespace whisprd::rest
