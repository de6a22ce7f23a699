// Who of one I/O thread listens to what. Everything about connections of a thread is kept by that
// thread alone, so there are no locks: its Hub is used on that thread only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "edge/phoenix/dialect.hpp"
#include "edge/phoenix/topic.hpp"
#include "net/frame.hpp"
#include "net/io_thread.hpp"
#include "net/websocket.hpp"
#include "whispr/ids.hpp"

namespace edge {

// One instance of a channel: a connection that listens to a topic. Until it is opened it keeps what
// arrives, so that nothing is missed between subscribing and reading.
class Subscriber {
 public:
    // `user` is whose connection it is; nil for a listener that is nobody.
    Subscriber(net::WebSocket& socket, phoenix::Dialect dialect, whispr::UserId user = {})
        : socket_(socket), dialect_(dialect), user_(user) {}
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    [[nodiscard]] phoenix::Dialect dialect() const { return dialect_; }
    [[nodiscard]] whispr::UserId user() const { return user_; }
    [[nodiscard]] bool is_open() const { return open_; }

    // Sends the frame, or keeps it. A connection that cannot keep up is ended by its outbox.
    void tell(const net::Frame& frame, whispr::ConversationId conversation, whispr::Mseq newest);

    // Sends what was kept, unless `known` says that the receiver was told in another way, and
    // everything directly from now on. `known` is asked with a conversation and its newest message.
    template <class Known>
    void open(Known known) {
        open_ = true;
        if (!held_) return;
        const auto held = std::move(held_);
        for (const auto& one : *held) {
            if (!known(one.conversation, one.newest)) socket_.send(one.frame);
        }
    }

 private:
    struct Held {
        net::Frame frame;
        whispr::ConversationId conversation;
        whispr::Mseq newest;
    };

    net::WebSocket& socket_;
    phoenix::Dialect dialect_;
    whispr::UserId user_;
    bool open_ = false;
    std::unique_ptr<std::vector<Held>> held_;
};

// A connection, as far as events concern it.
class Receiver {
 public:
    // A message of somebody else was written to this connection.
    virtual void message_written(whispr::ConversationId conversation, whispr::Mseq mseq) = 0;
    // Its user is no member any more, since this change of the conversation.
    virtual void membership_lost(whispr::ConversationId conversation, whispr::Eseq since) = 0;
    // Called about once a second.
    virtual void tick() = 0;

 protected:
    ~Receiver() = default;
};

// Names a receiver of a hub, and never again another one.
struct ReceiverId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
};

class Hub {
 public:
    // A user with connections on this thread.
    struct User {
        std::vector<Receiver*> receivers;
        std::vector<Subscriber*> subscribers;  // to the user's topic
        net::BufferRef id;                     // the 36 characters of the id, shared by all frames
    };

    explicit Hub(net::IoThread& thread) : thread_(thread) {}
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    [[nodiscard]] net::IoThread& thread() const { return thread_; }

    // Requires: `receiver` is removed before it ends.
    ReceiverId add(Receiver& receiver, whispr::UserId user, phoenix::Dialect dialect);
    void remove(ReceiverId id, whispr::UserId user, phoenix::Dialect dialect);
    // The receiver, or null when it is gone.
    [[nodiscard]] Receiver* find(ReceiverId id) const;

    // Requires: of a connection that was added; removed before it ends.
    void subscribe(const phoenix::Topic& topic, Subscriber& subscriber);
    void unsubscribe(const phoenix::Topic& topic, Subscriber& subscriber);

    // Null when there are none here.
    [[nodiscard]] const std::vector<Subscriber*>* listeners(
        whispr::ConversationId conversation) const;
    [[nodiscard]] const User* user(whispr::UserId user) const;
    [[nodiscard]] const std::unordered_map<whispr::UserId, User>& users() const { return users_; }

    // Calls `use(topic, subscribers)` for every topic that somebody joined. Requires: nobody joins
    // or leaves meanwhile.
    template <class Use>
    void each_topic(Use use) const {
        for (const auto& [id, subscribers] : conversations_)
            use(phoenix::Topic{phoenix::Topic::Kind::conversation, id.uuid}, subscribers);
        for (const auto& [id, user] : users_) {
            if (!user.subscribers.empty())
                use(phoenix::Topic{phoenix::Topic::Kind::user, id.uuid}, user.subscribers);
        }
    }

    // Connections of that dialect.
    [[nodiscard]] std::size_t count(phoenix::Dialect dialect) const {
        return counts_[phoenix::index_of(dialect)];
    }

    // Calls every receiver's tick.
    void tick();

 private:
    struct Slot {
        Receiver* receiver = nullptr;
        std::uint32_t generation = 0;
    };

    net::IoThread& thread_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    std::unordered_map<whispr::ConversationId, std::vector<Subscriber*>> conversations_;
    std::unordered_map<whispr::UserId, User> users_;
    std::array<std::size_t, phoenix::all_dialects.size()> counts_{};
};

}  // namespace edge
