// One Connect stream: commands in, answers and events out, in a bounded outbox. First it tells what
// its client missed, and keeps what happens meanwhile. Any thread may touch it; a mutex guards it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "grpc/admission.hpp"
#include "grpc/methods.hpp"
#include "grpc/pipe.hpp"
#include "whispr/presence.hpp"
#include "whispr/v1/sync.pb.h"

namespace whisprd::rpc {

class Streams;
struct Changes;

class Stream final : public std::enable_shared_from_this<Stream> {
 public:
    using Clock = std::chrono::steady_clock;

    // Requires: the service outlives it, and counted a socket of the user, which is given back when
    // the stream is over.
    Stream(Service& service, Streams& streams, Asker asker, std::string authorization, Pipe& pipe);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    [[nodiscard]] const whispr::Caller& caller() const { return caller_; }

    // Called by the pipe. `start` once, before anything else.
    void start();
    void on_command(const whispr::v1::ConnectRequest& request);
    void on_unreadable();
    void on_half_closed();
    void on_written(bool ok);
    void on_cancelled();
    // The pipe is gone.
    void on_done();

    // An event that concerns the user.
    struct Told {
        Chunk chunk;
        whispr::ConversationId conversation{};
        whispr::Eseq eseq = 0;
        bool signal = false;  // for who is present in the conversation
    };
    void tell(const Told& told);
    // The user is no member any more, since this change. On the worker of the user only.
    void membership_lost(whispr::ConversationId conversation, whispr::Eseq since);
    // Ends it.
    void end(Failure failure);
    // About once a second: tokens expire, and clients that do not take the end are cut off.
    void tick(Clock::time_point now, std::chrono::system_clock::time_point wall);
    [[nodiscard]] edge::KeyMark key() const;
    [[nodiscard]] bool has_key() const;
    // A command was answered.
    void answered(const Chunk& chunk);
    [[nodiscard]] std::string authorization() const;

 private:
    // Where the client stands. Positions are told one after the other.
    struct Resume {
        std::vector<std::pair<whispr::ConversationId, whispr::Eseq>> positions{};
        std::size_t next = 0;
        std::size_t under_way = 0;
    };

    void take(const whispr::v1::ConnectRequest& request);
    void hello(std::int64_t id, const whispr::v1::HelloRequest& request);
    void resume_more();
    void resumed(whispr::ConversationId conversation, whispr::Eseq since,
                 whispr::Result<Changes> changes);
    void open_conversation(std::int64_t id, const std::string& conversation);
    void opened(std::int64_t id, whispr::ConversationId conversation,
                const whispr::Result<whispr::Conversation>& shown);
    void close_conversation(std::int64_t id, const std::string& conversation);
    void leave(whispr::ConversationId conversation);
    void set_typing(std::int64_t id, const whispr::v1::SetTypingRequest& request);
    void renew_token(std::int64_t id, const std::string& token);
    void answer(std::int64_t id, int field, const google::protobuf::MessageLite& response);
    void refuse(std::int64_t id, const Failure& failure);

    // With the mutex held.
    void push(Chunk chunk);
    void pump();
    void read_more();
    void finish();
    void end_locked(Failure failure);
    void catch_up();

    Service& service_;
    Streams& streams_;
    const whispr::Caller caller_;

    mutable std::mutex mutex_;
    Pipe* pipe_;
    std::string authorization_;
    std::optional<std::chrono::sys_seconds> expires_at_;
    edge::KeyMark key_{};
    bool by_token_ = false;
    std::deque<Chunk> outbox_;
    std::size_t outbox_bytes_ = 0;
    std::vector<Told> held_;  // until the client has caught up
    std::size_t held_bytes_ = 0;
    std::map<whispr::ConversationId, whispr::PresenceEntry> open_;
    // Read at the moment, and since which change the user is no member (0: is one).
    std::map<whispr::ConversationId, whispr::Eseq> opening_;
    std::unique_ptr<Resume> resume_;
    std::unordered_map<whispr::ConversationId, whispr::Eseq> told_;  // while catching up
    std::optional<Failure> failure_;
    const Clock::time_point started_at_ = Clock::now();
    Clock::time_point ended_at_{};
    std::size_t in_flight_ = 0;
    bool greeted_ = false;
    bool caught_up_ = false;
    bool reading_ = false;
    bool half_closed_ = false;
    bool writing_ = false;
    bool ended_ = false;
    bool finished_ = false;
    bool cut_off_ = false;
};

}  // namespace whisprd::rpc
