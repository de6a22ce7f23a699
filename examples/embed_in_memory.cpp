// Two people chat inside one process, in memory: the smallest use of the library.
#include <iostream>

#include "whispr/adapters/local.hpp"
#include "whispr/adapters/memory.hpp"
#include "whispr/whispr.hpp"

int main() {
    const auto storage = whispr::make_memory_storage(whispr::make_system_clock());
    auto engine = whispr::Engine::open(whispr::local_engine_options(storage));
    if (!engine) return 1;

    const auto ids = whispr::make_uuid7_generator();
    const whispr::Caller alice{whispr::UserId{ids->next({})}, "laptop"};
    const whispr::Caller bob{whispr::UserId{ids->next({})}, "phone"};

    whispr::Waiter<whispr::Conversation> created;
    (*engine)->conversations().create_direct(alice, {.other = bob.user}, created.completion());
    const auto conversation = created.get();
    if (!conversation) return 1;

    whispr::Waiter<whispr::Sent> sent;
    (*engine)->messages().send(alice, {.conversation = conversation->id, .content = "hello, bob"},
                               sent.completion());
    if (!sent.get()) return 1;

    whispr::Waiter<whispr::MessagePage> read;
    (*engine)->messages().page(bob, {.conversation = conversation->id}, read.completion());
    const auto page = read.get();
    if (!page || page->messages.size() != 1) return 1;
    std::cout << "bob reads: " << page->messages.front().content << '\n';
}
