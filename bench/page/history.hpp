// A store with a long history: one user in 200 conversations, direct ones and groups in turn, and
// as many messages in them, with answers and reactions, as a size asks for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "store/scratch.hpp"
#include "whispr/engine.hpp"

namespace bench {

class History {
 public:
    static constexpr std::size_t conversation_count = 200;

    struct Place {
        whispr::ConversationId conversation{};
        std::int64_t no = 0;
        std::int64_t mseq = 0;
        std::int64_t eseq = 0;
        std::vector<whispr::UserId> members{};
    };

    /// Creates the conversations, through an engine.
    History();
    /// Adds messages until there are so many, with statements of its own, because an engine would
    /// take hours. Requires: no engine is open.
    void grow_to(std::size_t messages);
    /// An engine on this history, which answers before a call returns, or one with threads.
    enum class Threads : std::uint8_t { none, real };
    [[nodiscard]] std::unique_ptr<whispr::Engine> open(Threads threads) const;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// The user whose conversations these are.
    [[nodiscard]] const whispr::Caller& reader() const { return reader_; }
    [[nodiscard]] const std::vector<Place>& places() const { return places_; }

 private:
    void create_conversations(whispr::Engine& engine);

    ScratchFolder folder_;
    std::string path_;
    whispr::Caller reader_;
    std::vector<Place> places_;
};

}  // namespace bench
