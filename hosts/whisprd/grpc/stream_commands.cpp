// What a client commands on a stream: the methods of the services, and what belongs to the stream.
#include <utility>

#include "grpc/stream.hpp"
#include "grpc/stream_frames.hpp"
#include "grpc/streams.hpp"
#include "meters.hpp"
#include "presence_session.hpp"
#include "proto/codec/events.hpp"
#include "proto/codec/fields.hpp"
#include "rate_limits.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

whispr::Time wall_time() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// A command whose answer goes back to its stream.
class StreamCall final : public Call {
 public:
    StreamCall(Service& service, Worker& worker, std::shared_ptr<Stream> stream, std::int64_t id,
               int field)
        : Call(service, worker, stream->caller()),
          stream_(std::move(stream)),
          id_(id),
          field_(field) {}
    ~StreamCall() override {
        if (stream_) refuse(failure_of(whispr::Error{}));
    }
    [[nodiscard]] std::string authorization() const override { return stream_->authorization(); }
    void answer(const google::protobuf::MessageLite& response) override {
        std::exchange(stream_, nullptr)->answered(answer_chunk(id_, field_, response));
    }
    void refuse(const Failure& failure) override {
        std::exchange(stream_, nullptr)->answered(refusal_chunk(id_, failure));
    }
    using Call::refuse;

 private:
    std::shared_ptr<Stream> stream_;
    std::int64_t id_;
    int field_;
};

Failure not_open() {
    return failure(edge::GrpcCode::failed_precondition, "CONVERSATION_NOT_OPEN",
                   "the conversation is not open on this stream");
}

}  // namespace

void Stream::on_command(const v1::ConnectRequest& request) {
    {
        const std::lock_guard lock(mutex_);
        reading_ = false;
        if (ended_) return;
        ++in_flight_;
        const bool greets = request.command_case() == v1::ConnectRequest::kHello;
        if (greets == greeted_) {
            return end_locked(failure(edge::GrpcCode::invalid_argument, "HELLO_EXPECTED",
                                      "a stream begins with hello, once"));
        }
        if (request.id() == 0) {
            return end_locked(
                failure_of(whispr::invalid_field("id", "a command has a number, not 0")));
        }
    }
    service_.meters.stream_commands.add();
    take(request);
    const std::lock_guard lock(mutex_);
    read_more();
}

void Stream::take(const v1::ConnectRequest& request) {
    using Command = v1::ConnectRequest;
    const std::int64_t id = request.id();
    switch (request.command_case()) {
        case Command::kHello:
            return hello(id, request.hello());
        case Command::kRenewToken:
            return renew_token(id, request.renew_token().token());
        case Command::kOpenConversation:
            return open_conversation(id, request.open_conversation().conversation_id());
        case Command::kCloseConversation:
            return close_conversation(id, request.close_conversation().conversation_id());
        case Command::kSetTyping:
            return set_typing(id, request.set_typing());
        case Command::COMMAND_NOT_SET:
            return refuse(id, failure(edge::GrpcCode::unimplemented, "UNKNOWN_COMMAND",
                                      "the command is none that this server knows"));
        default:
            break;
    }
    const auto* const found = streams_.method_of(request.command_case());
    if (found == nullptr) {
        return refuse(id, failure(edge::GrpcCode::unimplemented, "UNKNOWN_COMMAND",
                                  "the command is none that this server knows"));
    }
    const auto& command = request.GetReflection()->GetMessage(
        request, v1::ConnectRequest::descriptor()->FindFieldByNumber(request.command_case()));
    found->run_with(std::make_unique<StreamCall>(service_, streams_.workers().of(caller_.user),
                                                 shared_from_this(), id, request.command_case()),
                    command);
}

void Stream::open_conversation(std::int64_t id, const std::string& text) {
    const auto conversation = whispr::ConversationId::parse(text);
    if (!conversation)
        return refuse(id, failure_of(whispr::invalid_field("conversation_id", "is not a UUID")));
    {
        const std::lock_guard lock(mutex_);
        opening_.emplace(*conversation, 0);
    }
    service_.engine.conversations().show(
        caller_, *conversation,
        [self = shared_from_this(), id,
         conversation = *conversation](whispr::Result<whispr::Conversation> shown) {
            auto& worker = self->streams_.workers().of(self->caller_.user);
            worker.post([self, id, conversation, shown = std::move(shown)] {
                self->opened(id, conversation, shown);
            });
        });
}

// Runs where the stream is told that its user is no member any more, so one of them comes first.
void Stream::opened(std::int64_t id, whispr::ConversationId conversation,
                    const whispr::Result<whispr::Conversation>& shown) {
    whispr::Eseq lost = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = opening_.find(conversation);
        if (found != opening_.end()) lost = found->second;
        opening_.erase(conversation);
    }
    if (!shown) return refuse(id, failure_of(shown.error()));
    // What was read may be from before.
    if (lost > shown->eseq)
        return refuse(id, failure_of(whispr::Error{whispr::Errc::not_a_member, {}, {}}));
    whispr::PresenceEntry entry{caller_.user, next_presence_session(), wall_time(), {}};
    {
        const std::lock_guard lock(mutex_);
        if (ended_) return;
        const auto [place, fresh] = open_.emplace(conversation, entry);
        // Who opens it again is told who is there, as the same presence.
        if (!fresh) entry = place->second;
    }
    auto state = service_.engine.presence().join(conversation, entry);
    const bool shows = service_.users == nullptr || service_.users->shows_presence(caller_.user);
    if (!shows) {
        // Sees who is there, and is gone before anybody was told.
        std::erase(state.entries, entry);
        service_.engine.presence().leave(conversation, entry.user, entry.session);
    }
    v1::OpenConversationResponse response;
    whispr::codec::encode(state, response);
    answer(id, v1::Answer::kOpenConversationFieldNumber, response);
}

void Stream::close_conversation(std::int64_t id, const std::string& text) {
    const auto conversation = whispr::ConversationId::parse(text);
    if (!conversation)
        return refuse(id, failure_of(whispr::invalid_field("conversation_id", "is not a UUID")));
    // Behind what opened it.
    streams_.workers()
        .of(caller_.user)
        .post([self = shared_from_this(), id, conversation = *conversation] {
            self->leave(conversation);
            self->answer(id, v1::Answer::kCloseConversationFieldNumber,
                         v1::CloseConversationResponse());
        });
}

void Stream::set_typing(std::int64_t id, const v1::SetTypingRequest& request) {
    const auto conversation = whispr::ConversationId::parse(request.conversation_id());
    if (!conversation)
        return refuse(id, failure_of(whispr::invalid_field("conversation_id", "is not a UUID")));
    bool open = false;
    {
        const std::lock_guard lock(mutex_);
        open = open_.contains(*conversation);
    }
    if (!open) return refuse(id, not_open());
    service_.engine.presence().typing(*conversation, caller_.user, request.typing());
    answer(id, v1::Answer::kSetTypingFieldNumber, v1::SetTypingResponse());
}

void Stream::renew_token(std::int64_t id, const std::string& token) {
    const auto renewed = admit_token(service_, token);
    if (const auto* refused = std::get_if<Failure>(&renewed)) return refuse(id, *refused);
    const auto& asker = std::get<Asker>(renewed);
    const bool same = asker.caller.user == caller_.user && asker.caller.device == caller_.device;
    if (!same) {
        return refuse(id, failure(edge::GrpcCode::permission_denied, "ANOTHER_USER",
                                  "the token is of another user or device"));
    }
    {
        const std::lock_guard lock(mutex_);
        authorization_ = "Bearer " + token;
        expires_at_ = asker.expires_at;
        key_ = asker.key;
        by_token_ = true;
    }
    answer(id, v1::Answer::kRenewTokenFieldNumber, v1::RenewTokenResponse());
}

}  // namespace whisprd::rpc
