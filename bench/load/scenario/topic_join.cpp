#include "scenario/topic_join.hpp"

#include "client/failure.hpp"
#include "wire/phoenix_frame.hpp"

namespace load {
namespace {

class JoinWait : public SwarmHandler {
 public:
    JoinWait(Swarm& swarm, const TopicJoin& plan) : swarm_(swarm), plan_(plan) {}

    void on_message(std::size_t /*connection*/, std::string_view message) override {
        PhoenixFrame frame;
        if (!split_phoenix(message, frame) || !frame.is_reply() || frame.ref != "1") return;
        ++replies_;
        if (!frame.is_ok_reply() && refusal_.empty())
            refusal_ = std::string(message.substr(0, 300));
    }

    void on_turn() override {
        while (sent_ < plan_.count && sent_ - replies_ < plan_.at_once) {
            const std::size_t connection = plan_.first + sent_++;
            swarm_.send(connection,
                        phoenix_push("1", 1, plan_.topic(connection), "phx_join", "{}"));
        }
    }

    [[nodiscard]] bool done() const { return replies_ == plan_.count || !refusal_.empty(); }
    [[nodiscard]] std::size_t replies() const { return replies_; }
    [[nodiscard]] const std::string& refusal() const { return refusal_; }

 private:
    Swarm& swarm_;
    const TopicJoin& plan_;
    std::size_t sent_ = 0;
    std::size_t replies_ = 0;
    std::string refusal_;
};

}  // namespace

void join_topics(Swarm& swarm, const TopicJoin& plan) {
    JoinWait wait(swarm, plan);
    swarm.set_handler(&wait);
    wait.on_turn();
    const bool done = swarm.run_until([&] { return wait.done(); }, after(plan.patience));
    swarm.set_handler(nullptr);
    if (!wait.refusal().empty()) throw Failure("a join was answered with " + wait.refusal());
    if (!done) {
        throw Failure("only " + std::to_string(wait.replies()) + " of " +
                      std::to_string(plan.count) + " joins were answered in time");
    }
}

void heartbeat_all(Swarm& swarm) {
    const std::uint64_t before = swarm.messages_received();
    for (std::size_t i = 0; i < swarm.size(); ++i) {
        swarm.send(i, phoenix_heartbeat());
    }
    swarm.run_until([&] { return swarm.messages_received() - before >= swarm.size(); },
                    after(std::chrono::seconds(10)));
}

}  // namespace load
