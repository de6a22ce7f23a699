#include "grpc/stream_frames.hpp"

#include <google/protobuf/io/coded_stream.h>

#include "proto/codec/events.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;
using google::protobuf::io::CodedOutputStream;

constexpr std::uint32_t bytes_tag(int field) {
    return (static_cast<std::uint32_t>(field) << 3) | 2;
}

std::size_t length_of(std::uint64_t number) {
    return CodedOutputStream::VarintSize64(number);
}

Chunk chunk_of(const v1::ConnectResponse& response) {
    return std::make_shared<const std::string>(response.SerializeAsString());
}

}  // namespace

Chunk event_chunk(const whispr::Event& event) {
    v1::ConnectResponse response;
    if (!whispr::codec::encode(event, *response.add_frames()->mutable_event())) return nullptr;
    return chunk_of(response);
}

Chunk notice_chunk(std::string_view event, std::string_view payload) {
    v1::ConnectResponse response;
    auto& notice = *response.add_frames()->mutable_event()->mutable_notice();
    notice.set_event(std::string(event));
    notice.set_payload(std::string(payload));
    return chunk_of(response);
}

Chunk frame_chunk(const v1::Frame& frame) {
    v1::ConnectResponse response;
    *response.add_frames() = frame;
    return chunk_of(response);
}

// Written by hand around the response, so that one way of answering fits all methods.
Chunk answer_chunk(std::int64_t id, int field, const google::protobuf::MessageLite& response) {
    const std::uint32_t id_tag = v1::Answer::kIdFieldNumber << 3;
    const std::uint32_t answer_tag = bytes_tag(v1::Frame::kAnswerFieldNumber);
    const std::uint32_t frame_tag = bytes_tag(v1::ConnectResponse::kFramesFieldNumber);
    const auto number = static_cast<std::uint64_t>(id);
    const std::size_t size = response.ByteSizeLong();
    const std::size_t answer_size = length_of(id_tag) + length_of(number) +
                                    length_of(bytes_tag(field)) + length_of(size) + size;
    const std::size_t frame_size = length_of(answer_tag) + length_of(answer_size) + answer_size;
    const std::size_t whole = length_of(frame_tag) + length_of(frame_size) + frame_size;
    std::string bytes(whole, '\0');
    auto* out = reinterpret_cast<std::uint8_t*>(bytes.data());
    out = CodedOutputStream::WriteVarint32ToArray(frame_tag, out);
    out = CodedOutputStream::WriteVarint64ToArray(frame_size, out);
    out = CodedOutputStream::WriteVarint32ToArray(answer_tag, out);
    out = CodedOutputStream::WriteVarint64ToArray(answer_size, out);
    out = CodedOutputStream::WriteVarint32ToArray(id_tag, out);
    out = CodedOutputStream::WriteVarint64ToArray(number, out);
    out = CodedOutputStream::WriteVarint32ToArray(bytes_tag(field), out);
    out = CodedOutputStream::WriteVarint64ToArray(size, out);
    response.SerializeWithCachedSizesToArray(out);
    return std::make_shared<const std::string>(std::move(bytes));
}

Chunk refusal_chunk(std::int64_t id, const Failure& failure) {
    v1::ConnectResponse response;
    auto& answer = *response.add_frames()->mutable_answer();
    answer.set_id(id);
    *answer.mutable_error() = whispr::codec::encode(failure);
    return chunk_of(response);
}

}  // namespace whisprd::rpc
