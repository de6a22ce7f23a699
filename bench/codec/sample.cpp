#include "codec/sample.hpp"

#include <memory>

namespace bench {

namespace {

whispr::Uuid uuid_number(std::uint64_t n) {
    whispr::Uuid id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(n >> (56 - 8 * i));
        id.bytes[8 + i] = static_cast<std::uint8_t>(n * 0x9E3779B97F4A7C15ULL >> (8 * i));
    }
    id.bytes[6] = 0x70;
    return id;
}

std::string words(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes)
        text += "a word, ";
    text.resize(bytes);
    return text;
}

}  // namespace

std::string client_frame(edge::phoenix::Dialect dialect, std::size_t content_bytes) {
    const std::string topic = "conversation:" + uuid_number(1).to_string();
    const std::string payload = R"({"content":")" + words(content_bytes) +
                                R"(","message_type":"text","client_random":4611686018427387,)"
                                R"("metadata":{}})";
    if (dialect == edge::phoenix::Dialect::v2) {
        return R"(["3","17",")" + topic + R"(","new_message",)" + payload + "]";
    }
    return R"({"join_ref":"3","ref":"17","topic":")" + topic +
           R"(","event":"new_message","payload":)" + payload + "}";
}

whispr::UserId user_number(std::size_t n) {
    return whispr::UserId{uuid_number(1000 + n)};
}

whispr::Event message_created(std::size_t content_bytes, std::size_t members) {
    auto message = std::make_shared<whispr::Message>();
    message->id = whispr::MessageId{uuid_number(2)};
    message->conversation = whispr::ConversationId{uuid_number(1)};
    message->mseq = 17;
    message->eseq = 42;
    message->sender = user_number(0);
    message->content = words(content_bytes);
    message->client_random = 4611686018427387;
    message->sent_at = whispr::Time(std::chrono::microseconds(1'704'067'200'123'456));
    message->updated_at = message->sent_at;
    auto audience = std::make_shared<whispr::Audience>();
    for (std::size_t i = 0; i < members; ++i)
        audience->users.push_back(user_number(i));
    whispr::Event event;
    event.conversation = message->conversation;
    event.eseq = message->eseq;
    event.actor = message->sender;
    event.at = message->sent_at;
    event.audience = std::move(audience);
    event.what = whispr::MessageCreated{std::move(message)};
    return event;
}

}  // namespace bench
