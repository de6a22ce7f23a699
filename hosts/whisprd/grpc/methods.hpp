// Which method of which service does what. One table per service of proto/whispr/v1; the server and
// the streams look methods up here.
#pragma once

#include <google/protobuf/io/zero_copy_stream.h>
#include <google/protobuf/message.h>

#include <span>
#include <string_view>
#include <vector>

#include "grpc/call.hpp"

namespace whisprd::rpc {

struct Method {
    std::string_view name;
    const google::protobuf::Descriptor* (*request)();
    // Reads the request and runs the method; what cannot be read is refused.
    void (*run)(CallPtr call, google::protobuf::io::ZeroCopyInputStream& bytes);
    // The same with a request of the method's type.
    void (*run_with)(CallPtr call, const google::protobuf::Message& request);
};

enum class Audience { users, siblings };

struct ServiceTable {
    std::string_view name;  // "whispr.v1.MessageService"
    std::span<const Method> methods;
    Audience audience = Audience::users;
};

void refuse_unreadable(Call& call);

template <class Request, void (*handler)(CallPtr, const Request&)>
[[nodiscard]] constexpr Method method(std::string_view name) {
    return {name, &Request::descriptor,
            [](CallPtr call, google::protobuf::io::ZeroCopyInputStream& bytes) {
                Request request;
                if (!request.ParseFromZeroCopyStream(&bytes)) return refuse_unreadable(*call);
                handler(std::move(call), request);
            },
            [](CallPtr call, const google::protobuf::Message& request) {
                handler(std::move(call), static_cast<const Request&>(request));
            }};
}

[[nodiscard]] ServiceTable admin_service();
[[nodiscard]] ServiceTable attachment_service();
[[nodiscard]] ServiceTable conversation_service();
[[nodiscard]] ServiceTable draft_service();
[[nodiscard]] ServiceTable message_service();
[[nodiscard]] ServiceTable moderation_service();
[[nodiscard]] ServiceTable reaction_service();
[[nodiscard]] ServiceTable receipt_service();
[[nodiscard]] ServiceTable schedule_service();
[[nodiscard]] ServiceTable search_service();
// Its stream, Connect, is stream.hpp's.
[[nodiscard]] ServiceTable sync_service();

// All of them.
[[nodiscard]] std::vector<ServiceTable> service_tables();

}  // namespace whisprd::rpc
