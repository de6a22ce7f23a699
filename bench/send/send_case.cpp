#include "send/send_case.hpp"

#include "meter/rounds.hpp"

namespace bench {

namespace {

const char* name_of(StoreKind store) {
    if (store == StoreKind::memory) return "send/memory";
    return store == StoreKind::sqlite ? "send/sqlite" : "send/postgres";
}

}  // namespace

std::string SendCase::name() const {
    return name_of(store) + std::string("/senders:") + std::to_string(senders) +
           "/conversations:" + std::to_string(conversations) +
           "/bytes:" + std::to_string(content_bytes) + (tokens ? "" : "/no_token");
}

std::size_t SendCase::messages() const {
    const long chosen = setting("WHISPR_BENCH_MESSAGES", 20'000);
    const auto most = static_cast<std::size_t>(chosen);
    return store != StoreKind::memory && senders == 1 ? most / 20 + 1 : most;
}

std::size_t SendCase::conversation_of(std::size_t sender, std::size_t nth) const {
    if (conversations <= senders) return sender % conversations;
    const std::size_t own = (conversations - sender + senders - 1) / senders;
    return sender + (nth % own) * senders;
}

bool SendCase::writes_into(std::size_t sender, std::size_t conversation) const {
    return conversations <= senders ? sender % conversations == conversation
                                    : conversation % senders == sender;
}

}  // namespace bench
