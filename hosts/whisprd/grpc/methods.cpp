#include "grpc/methods.hpp"

namespace whisprd::rpc {

void refuse_unreadable(Call& call) {
    call.refuse(failure(edge::GrpcCode::invalid_argument, "UNREADABLE",
                        "the request is not a message of the method's type"));
}

std::vector<ServiceTable> service_tables() {
    return {admin_service(),    attachment_service(), conversation_service(), draft_service(),
            message_service(),  moderation_service(), reaction_service(),     receipt_service(),
            schedule_service(), search_service(),     sync_service()};
}

}  // namespace whisprd::rpc
