// Parts of the gRPC service that need no gRPC.
#include <google/protobuf/descriptor.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <vector>

#include "grpc/admission.hpp"
#include "grpc/failure.hpp"
#include "grpc/methods.hpp"
#include "grpc/stream_frames.hpp"
#include "grpc/worker.hpp"
#include "whispr/v1/sync.pb.h"

namespace {

namespace v1 = whispr::v1;
using whisprd::rpc::Chunk;

}  // namespace

TEST_CASE("Every method of every service is in its table, by its own name and request") {
    const auto* const pool = google::protobuf::DescriptorPool::generated_pool();
    for (const auto& table : whisprd::rpc::service_tables()) {
        const auto* const service = pool->FindServiceByName(std::string(table.name));
        REQUIRE(service != nullptr);
        int streams = 0;
        for (int i = 0; i < service->method_count(); ++i) {
            const auto* const method = service->method(i);
            if (method->client_streaming()) {
                ++streams;
                continue;
            }
            INFO(method->full_name());
            const auto found =
                std::find_if(table.methods.begin(), table.methods.end(),
                             [&](const auto& one) { return one.name == method->name(); });
            REQUIRE(found != table.methods.end());
            CHECK(found->request() == method->input_type());
        }
        CHECK(static_cast<int>(table.methods.size()) + streams == service->method_count());
    }
}

TEST_CASE("An answer that is written by hand is the message that protobuf would write") {
    v1::SendMessageResponse response;
    response.mutable_message()->set_content(std::string(300, 'x'));
    response.set_repeat(true);
    for (const std::int64_t id : {std::int64_t{1}, std::int64_t{1} << 40, std::int64_t{-1}}) {
        const Chunk chunk =
            whisprd::rpc::answer_chunk(id, v1::Answer::kSendMessageFieldNumber, response);
        v1::ConnectResponse expected;
        auto& answer = *expected.add_frames()->mutable_answer();
        answer.set_id(id);
        *answer.mutable_send_message() = response;
        CHECK(*chunk == expected.SerializeAsString());
    }
    // One without a content, too.
    const Chunk empty =
        whisprd::rpc::answer_chunk(2, v1::Answer::kSetTypingFieldNumber, v1::SetTypingResponse());
    v1::ConnectResponse read;
    REQUIRE(read.ParseFromString(*empty));
    CHECK(read.frames(0).answer().has_set_typing());
}

TEST_CASE("Chunks in a row are one message with all their frames") {
    const Chunk notice = whisprd::rpc::notice_chunk("call", "{}");
    const Chunk refusal = whisprd::rpc::refusal_chunk(
        7, whisprd::rpc::failure(edge::GrpcCode::not_found, "NOT_FOUND", "nothing"));
    v1::ConnectResponse read;
    REQUIRE(read.ParseFromString(*notice + *refusal + *notice));
    REQUIRE(read.frames_size() == 3);
    CHECK(read.frames(0).event().notice().event() == "call");
    CHECK(read.frames(1).answer().error().code() == 5);
}

TEST_CASE("Failures of the engine have their code, reason and fields; ours say no more than that") {
    const auto wrong = whisprd::rpc::failure_of(whispr::invalid_field("content", "is wrong"));
    CHECK(wrong.code == 3);
    CHECK(wrong.reason == "INVALID");
    CHECK(wrong.fields.size() == 1);
    CHECK_FALSE(whisprd::rpc::is_ours(wrong));
    const auto ours =
        whisprd::rpc::failure_of(whispr::Error{whispr::Errc::internal, "table x is gone", {}});
    CHECK(ours.text.find("table") == std::string::npos);
    CHECK(whisprd::rpc::is_ours(ours));
    const auto later =
        whisprd::rpc::failure_of(whispr::Error{whispr::Errc::overloaded, "queue", {}});
    CHECK(later.code == 14);
    CHECK(later.retry_after);
    const auto unknown =
        whisprd::rpc::failure_of(whispr::Error{whispr::Errc::outcome_unknown, "", {}});
    CHECK(unknown.code == 2);
}

TEST_CASE("The address in a peer's name") {
    CHECK(whisprd::rpc::address_of("ipv4:10.0.0.1:5000") == "10.0.0.1");
    CHECK(whisprd::rpc::address_of("ipv6:[::1]:5000") == "::1");
    CHECK(whisprd::rpc::address_of("ipv6:%5B2001:db8::1%5D:5000") == "2001:db8::1");
    CHECK(whisprd::rpc::address_of("unix:/tmp/socket").empty());
    CHECK(whisprd::rpc::address_of("").empty());
}

TEST_CASE("A worker does everything in order, and what is posted after its end at once") {
    std::vector<int> done;
    {
        whisprd::rpc::Worker worker;
        for (int i = 0; i < 1000; ++i)
            worker.post([&done, i] { done.push_back(i); });
        worker.stop();
        CHECK(done.size() == 1000);
        CHECK(std::is_sorted(done.begin(), done.end()));
        worker.post([&done] { done.push_back(1000); });
        CHECK(done.size() == 1001);
    }
}
