// One connected client: its channels, and the way from its frames to the engine and back. Lives on
// one I/O thread; what the engine answers comes back to that thread before it touches the session.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/error_table.hpp"
#include "edge/json/document.hpp"
#include "edge/jwks.hpp"
#include "edge/phoenix/client_frame.hpp"
#include "edge/phoenix/server_frame.hpp"
#include "edge/subscriptions.hpp"
#include "net/websocket.hpp"
#include "service.hpp"
#include "socket/channel.hpp"
#include "socket/delivery_tracker.hpp"
#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/conversations.hpp"
#include "whispr/messages.hpp"

namespace whisprd::socket {

// A client's event on a channel. Valid while its handler runs.
struct Push {
    Channel& channel;
    std::string_view ref;
    edge::json::Value payload;
};

class Session final : public net::WebSocketHandler, public edge::Receiver {
 public:
    // Requires: `service` outlives it, and counted the socket already (it is given back here).
    Session(Service& service, whispr::Caller caller, edge::KeyMark key,
            edge::phoenix::Dialect dialect);
    ~Session() override;

    void on_open(net::WebSocket& socket) override;
    void on_text(std::string_view payload) override;
    void on_binary(std::span<const std::byte> payload) override;
    void on_pong(std::string_view payload) override;
    void on_close(std::uint16_t code, bool clean) override;

    void message_written(whispr::ConversationId conversation, whispr::Mseq mseq) override;
    void membership_lost(whispr::ConversationId conversation, whispr::Eseq since) override;
    void tick() override;

    // For the handlers of events.
    [[nodiscard]] Service& service() const { return service_; }
    [[nodiscard]] const whispr::Caller& caller() const { return caller_; }

    // The user wants to be seen by others.
    [[nodiscard]] bool is_shown() const;
    // The key that the token was signed with.
    [[nodiscard]] edge::KeyMark key() const { return key_; }
    // Ends the connection with a normal close.
    void end(std::string_view reason);

    // Replies now. `response` is a JSON object.
    void reply(const Push& push, std::string_view response);
    void refuse(const Push& push, std::string_view reason);
    void refuse_with(const Push& push, std::string_view response);
    void refuse(const Push& push, const whispr::Error& error);

    // A completion that replies to `push`: with what `render(std::string&, T&)` appends, a JSON
    // object, or with the error as worded. If the channel is gone by then nothing is sent.
    template <class T, class Render>
    [[nodiscard]] whispr::Completion<T> replying(const Push& push,
                                                 std::span<const edge::SocketWording> wordings,
                                                 Render render);

 private:
    // Where an answer of the engine is to go.
    struct Ticket {
        edge::Hub* hub = nullptr;
        edge::ReceiverId receiver;
        edge::phoenix::Topic topic;
        std::uint32_t serial = 0;
        std::string ref;
    };

    // `text` is the frame itself, for when it has to wait.
    void take(const edge::phoenix::DecodedFrame& decoded, std::string_view text);
    void defer(Channel& channel, const edge::phoenix::ClientFrame& frame, std::string_view text);
    void resume(std::vector<std::string> deferred);
    void take_phoenix(const edge::phoenix::ClientFrame& frame);
    void take_push(const edge::phoenix::ClientFrame& frame,
                   const edge::phoenix::ParsedTopic& parsed);
    void join(const edge::phoenix::ClientFrame& frame, const edge::phoenix::ParsedTopic& parsed);
    void leave(const edge::phoenix::ClientFrame& frame, const edge::phoenix::ParsedTopic& parsed);
    // The join begins now, or when the process admits more joins.
    void begin_join(const Channel& channel, std::string_view ref);
    void admit_waiting();
    void start_join(Channel& channel, std::string_view ref);
    void join_conversation(Channel& channel, std::string_view ref);
    // What a joining client is told: the conversation, and what it missed if it asked for that.
    struct Joined {
        whispr::Result<whispr::Conversation> conversation;
        std::optional<whispr::Result<whispr::MessageChanges>> changes;
    };
    void joined_conversation(const Ticket& ticket, const Joined& joined);
    void join_user(Channel& channel, std::string_view ref);
    void joined_user(const Ticket& ticket, whispr::Result<whispr::ConversationList>& result);
    void finish_join(Channel& channel, std::string_view ref, std::string_view response);
    void refuse_join(Channel& channel, std::string_view ref, std::string_view reason);

    [[nodiscard]] Channel* find(const edge::phoenix::Topic& topic);
    [[nodiscard]] Channel* find(const Ticket& ticket);
    // What the payload of a join says about what the client holds.
    [[nodiscard]] std::optional<whispr::Eseq> read_since(const edge::json::Value& payload) const;
    // Bytes of changes that the reply to a join may hold.
    [[nodiscard]] std::size_t room_for_changes() const;
    Channel& add_channel(const edge::phoenix::Topic& topic, std::string_view join_ref);
    // Ends an instance: presence, subscription, and phx_close with its own join_ref if wanted.
    enum class Notice { none, phx_close };
    void end_channel(Channel& channel, Notice notice);
    void end_presence(Channel& channel);
    // Tells the user's own topic that this session's presence began or ended.
    void tell_own_presence(const whispr::PresenceChanged& change);

    [[nodiscard]] Ticket ticket(const Channel& channel, std::string_view ref) const;
    // Answers to a frame that may have no channel.
    void reply_to(const edge::phoenix::ClientFrame& frame, std::string_view join_ref,
                  edge::phoenix::Status status, std::string_view response);
    void push_to(const Channel& channel, std::string_view ref, std::string_view event,
                 std::string_view payload);
    void reply_on(const Channel& channel, std::string_view ref, edge::phoenix::Status status,
                  std::string_view response);
    void ping_if_due();

    Service& service_;
    whispr::Caller caller_;
    edge::KeyMark key_;
    edge::phoenix::Dialect dialect_;
    net::WebSocket* socket_ = nullptr;
    edge::Hub* hub_ = nullptr;
    edge::ReceiverId id_;
    std::uint32_t serials_ = 0;
    std::uint32_t in_flight_ = 0;
    std::vector<std::unique_ptr<Channel>> channels_;  // by topic
    std::vector<Ticket> waiting_;                     // joins, in order
    DeliveryTracker delivery_;
};

template <class T, class Render>
whispr::Completion<T> Session::replying(const Push& push,
                                        std::span<const edge::SocketWording> wordings,
                                        Render render) {
    ++in_flight_;
    return whispr::Completion<T>([to = ticket(push.channel, push.ref), wordings,
                                  render = std::move(render)](whispr::Result<T> result) mutable {
        net::IoThread& thread = to.hub->thread();
        thread.post([to = std::move(to), wordings, render = std::move(render),
                     result = std::move(result)]() mutable {
            auto* const session = static_cast<Session*>(to.hub->find(to.receiver));
            if (session == nullptr) return;
            --session->in_flight_;
            const Channel* const channel = session->find(to);
            if (channel == nullptr) return;
            std::string response;
            if (result) {
                render(response, *result);
            } else {
                edge::write_socket_error(response, result.error(), wordings);
            }
            session->reply_on(*channel, to.ref,
                              result ? edge::phoenix::Status::ok : edge::phoenix::Status::error,
                              response);
        });
    });
}

}  // namespace whisprd::socket
