// A chat that outlives its process: everything is written to one SQLite file, the engine is closed,
// and a new one on the same file finds it all.  Usage: sqlite_chat [FILE]
#include <filesystem>
#include <iostream>
#include <string>

#include "whispr/adapters/local.hpp"
#include "whispr/adapters/sqlite.hpp"
#include "whispr/whispr.hpp"

namespace {

const whispr::Caller alice{*whispr::UserId::parse("11111111-1111-4111-8111-000000000001"), ""};
const whispr::Caller bob{*whispr::UserId::parse("11111111-1111-4111-8111-000000000002"), ""};

std::unique_ptr<whispr::Engine> open(const std::string& path) {
    auto storage = whispr::open_sqlite_storage({.path = path}, whispr::make_system_clock());
    if (!storage) {
        std::cerr << storage.error().text << '\n';
        return nullptr;
    }
    auto engine = whispr::Engine::open(whispr::local_engine_options(*storage));
    return engine ? *std::move(engine) : nullptr;
}

// The pair's conversation: created the first time, found ever after.
whispr::ConversationId chat_of(whispr::Engine& engine) {
    whispr::Waiter<whispr::Conversation> answer;
    engine.conversations().create_direct(alice, {.other = bob.user}, answer.completion());
    const auto conversation = answer.get();
    return conversation ? conversation->id : whispr::ConversationId{};
}

bool say(whispr::Engine& engine, const whispr::Caller& who, whispr::ConversationId chat,
         std::string text) {
    whispr::Waiter<whispr::Sent> answer;
    engine.messages().send(who, {.conversation = chat, .content = std::move(text)},
                           answer.completion());
    return answer.get().has_value();
}

std::size_t show(whispr::Engine& engine, whispr::ConversationId chat) {
    whispr::Waiter<whispr::MessagePage> answer;
    engine.messages().page(bob, {.conversation = chat}, answer.completion());
    const auto page = answer.get();
    if (!page) return 0;
    for (auto message = page->messages.rbegin(); message != page->messages.rend(); ++message) {
        std::cout << message->mseq << ' ' << (message->sender == alice.user ? "alice" : "bob")
                  << ": " << message->content << '\n';
    }
    return page->messages.size();
}

}  // namespace

int main(int argc, char** argv) {
    const bool own_file = argc > 1;
    const auto unique = whispr::make_uuid7_generator()->next(whispr::make_system_clock()->now());
    const auto folder =
        std::filesystem::temp_directory_path() / ("sqlite_chat." + unique.to_string());
    if (!own_file) std::filesystem::create_directory(folder);
    const std::string path = own_file ? argv[1] : (folder / "chat.db").string();

    std::size_t before = 0;
    {
        const auto engine = open(path);
        if (!engine) return 1;
        const auto chat = chat_of(*engine);
        if (!say(*engine, alice, chat, "are you there?")) return 1;
        if (!say(*engine, bob, chat, "always")) return 1;
        before = show(*engine, chat);
    }  // closing finishes and answers everything

    std::cout << "-- after a restart\n";
    const auto engine = open(path);
    if (!engine) return 1;
    const std::size_t after = show(*engine, chat_of(*engine));
    if (!own_file) std::filesystem::remove_all(folder);
    return after == before && after >= 2 ? 0 : 1;
}
