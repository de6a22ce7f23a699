// gRPC's side of a service: the methods of a table as one registered service. Methods work with
// bytes here, so no code has to be generated for them, and one handler does for all.
#pragma once

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>

#include <array>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "grpc/admission.hpp"
#include "grpc/methods.hpp"
#include "grpc/streams.hpp"

namespace whisprd::rpc {

class TableService final : public grpc::Service {
 public:
    // Requires: `service` and `streams` outlive it.
    TableService(whisprd::Service& service, Streams& streams, const ServiceTable& table);

 private:
    void add_unary(const Method& method);
    void add_connect();

    whisprd::Service& service_;
    Streams& streams_;
    Audience audience_;
    std::deque<std::string> names_;  // gRPC keeps pointers to them
};

// What a call's metadata presents. The views are the context's.
class Metadata {
 public:
    // Other headers are looked at when `all` is set.
    Metadata(const grpc::CallbackServerContext& context, bool all);
    [[nodiscard]] Presented presented() const;

 private:
    // Of each name more than one is as wrong as two.
    struct Values {
        std::array<std::string_view, 2> views;
        std::size_t count = 0;
        void add(std::string_view value) {
            if (count < views.size()) views[count++] = value;
        }
        [[nodiscard]] std::span<const std::string_view> all() const {
            return {views.data(), count};
        }
    };
    Values authorization_;
    Values user_id_;
    Values internal_token_;
    std::string peer_;
    bool forwarded_ = false;
};

[[nodiscard]] grpc::Status status_of(const Failure& failure);

}  // namespace whisprd::rpc
