// A program outside of the tree: two people, one message, kept in memory.

#include <cstdlib>
#include <iostream>
#include <whispr/adapters/local.hpp>
#include <whispr/adapters/memory.hpp>
#include <whispr/whispr.hpp>

namespace {

template <class T>
T require(whispr::Result<T> result) {
    if (result) return *std::move(result);
    std::cerr << "refused: " << result.error().text << '\n';
    std::exit(1);
}

}  // namespace

int main() {
    const auto clock = whispr::make_system_clock();
    const auto ids = whispr::make_uuid7_generator();
    const whispr::Caller alice{.user = {ids->next(clock->now())}};
    const whispr::Caller bob{.user = {ids->next(clock->now())}};
    const auto engine = require(
        whispr::Engine::open(whispr::local_engine_options(whispr::make_memory_storage(clock))));

    whispr::Waiter<whispr::Conversation> created;
    engine->conversations().create_direct(alice, {.other = bob.user}, created.completion());
    const auto conversation = require(created.get()).id;

    whispr::Waiter<whispr::Sent> sent;
    engine->messages().send(alice, {.conversation = conversation, .content = "hello from outside"},
                            sent.completion());
    require(sent.get());

    whispr::Waiter<whispr::MessagePage> read;
    engine->messages().page(bob, {.conversation = conversation}, read.completion());
    const auto page = require(read.get());
    for (const auto& message : page.messages)
        std::cout << "bob reads: " << message.content << '\n';
    return page.messages.size() == 1 && page.messages[0].content == "hello from outside" ? 0 : 1;
}
