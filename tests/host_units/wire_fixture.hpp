// Things as the engine tells them, for tests of the wire.
#pragma once

#include <memory>

#include "whispr/events.hpp"

namespace wire {

inline const whispr::UserId alice = *whispr::UserId::parse("11111111-1111-4111-8111-000000000001");
inline const whispr::UserId bob = *whispr::UserId::parse("11111111-1111-4111-8111-000000000002");
inline const whispr::ConversationId conversation =
    *whispr::ConversationId::parse("ddd46b35-10e5-49f8-8951-c9e5b2bc18c3");
inline const whispr::MessageId message_id =
    *whispr::MessageId::parse("e0d94692-f323-4cda-af2b-897b8c8ef8e0");
inline constexpr whispr::Time moment{std::chrono::microseconds(1'776'513'600'123'456)};

inline whispr::Message message() {
    whispr::Message made;
    made.id = message_id;
    made.conversation = conversation;
    made.mseq = 7;
    made.eseq = 9;
    made.sender = alice;
    made.content = "hi \"you\"";
    made.metadata = R"({"a_b":1})";
    made.client_random = 309703068;
    made.sent_at = made.updated_at = moment;
    return made;
}

inline whispr::Pin pin() {
    return {whispr::PinId{bob.uuid}, message_id, conversation, alice, moment};
}

inline whispr::Attachment attachment() {
    whispr::Attachment made;
    made.id = whispr::AttachmentId{alice.uuid};
    made.message = message_id;
    made.media_id = "m-1";
    made.file_name = "my \"photo\".jpg";
    made.size = 1234;
    made.mime_type = "image/jpeg";
    made.url = "https://media/1";
    made.metadata = R"({"media_url":"x"})";
    made.uploaded_at = moment;
    return made;
}

inline whispr::Event event(whispr::Event::What what) {
    whispr::Event made;
    made.conversation = conversation;
    made.actor = alice;
    made.at = moment;
    made.audience = std::make_shared<whispr::Audience>(whispr::Audience{{alice, bob}});
    made.what = std::move(what);
    return made;
}

}  // namespace wire
