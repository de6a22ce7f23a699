// A window without an event loop of ours: it draws frames, and between two frames takes what has
// happened from an EventQueue. The wake-up hook is where a real toolkit would be told to draw
// again.
#include <atomic>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "whispr/adapters/local.hpp"
#include "whispr/adapters/memory.hpp"
#include "whispr/whispr.hpp"

namespace {

const whispr::Caller me{*whispr::UserId::parse("11111111-1111-4111-8111-000000000001"), ""};
const whispr::Caller friend_{*whispr::UserId::parse("11111111-1111-4111-8111-000000000002"), ""};

// What the window shows.
struct Window {
    std::vector<std::string> lines;
    bool friend_typing = false;

    void take(const whispr::Event& event) {
        if (const auto* created = std::get_if<whispr::MessageCreated>(&event.what)) {
            lines.push_back(created->message->content);
        } else if (const auto* typing = std::get_if<whispr::Typing>(&event.what)) {
            friend_typing = typing->typing;
        }
    }
};

}  // namespace

int main() {
    const auto storage = whispr::make_memory_storage(whispr::make_system_clock());
    auto engine = whispr::Engine::open(whispr::local_engine_options(storage));
    if (!engine) return 1;

    std::atomic<int> wakes{0};
    whispr::EventQueue queue(**engine, me.user, {.wake = [&] { ++wakes; }});

    whispr::Waiter<whispr::Conversation> created;
    (*engine)->conversations().create_direct(me, {.other = friend_.user}, created.completion());
    const auto chat = created.get();
    if (!chat) return 1;

    // Both look at the conversation, so that typing is told.
    (void)(*engine)->presence().join(chat->id, {.user = me.user, .session = 1});
    (void)(*engine)->presence().join(chat->id, {.user = friend_.user, .session = 2});
    (*engine)->presence().typing(chat->id, friend_.user, true);
    (*engine)->messages().send(friend_, {.conversation = chat->id, .content = "look at this"},
                               [](const auto& sent) {
                                   if (!sent) std::cerr << sent.error().text << '\n';
                               });

    Window window;
    bool was_typing = false;
    for (int frame = 0; frame < 500 && window.lines.empty(); ++frame) {
        const auto polled = queue.poll(std::chrono::milliseconds(20));
        for (const whispr::Event& event : polled.events) {
            window.take(event);
            was_typing = was_typing || window.friend_typing;
        }
    }
    for (const std::string& line : window.lines) {
        std::cout << "friend: " << line << '\n';
    }
    return window.lines.size() == 1 && was_typing && wakes > 0 ? 0 : 1;
}
