#include "page/history.hpp"

#include "meter/give_up.hpp"
#include "page/history_filler.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/sqlite.hpp"

namespace bench {

namespace {

constexpr std::size_t group_members = 5;

}  // namespace

History::History() : path_(folder_.file("history.db")) {
    const auto engine = open(Threads::none);
    create_conversations(*engine);
    engine->close();
}

std::unique_ptr<whispr::Engine> History::open(Threads threads) const {
    whispr::SqliteOptions options;
    options.path = path_;
    auto storage = must(whispr::open_sqlite_storage(options, whispr::make_system_clock()));
    auto engine_options = whispr::local_engine_options(std::move(storage));
    if (threads == Threads::none) engine_options.executor = whispr::make_inline_executor();
    return must(whispr::Engine::open(std::move(engine_options)));
}

void History::create_conversations(whispr::Engine& engine) {
    const auto ids = whispr::make_uuid7_generator();
    const auto clock = whispr::make_system_clock();
    const auto new_user = [&] { return whispr::UserId{ids->next(clock->now())}; };
    reader_.user = new_user();
    for (std::size_t i = 0; i < conversation_count; ++i) {
        Place place;
        place.members = {reader_.user, new_user()};
        whispr::Waiter<whispr::Conversation> created;
        if (i % 2 == 0) {
            engine.conversations().create_direct(reader_, {.other = place.members[1]},
                                                 created.completion());
        } else {
            while (place.members.size() < group_members)
                place.members.push_back(new_user());
            whispr::CreateGroup group;
            group.name = "group " + std::to_string(i);
            group.members = place.members;
            engine.conversations().create_group(reader_, std::move(group), created.completion());
        }
        place.conversation = must(created.get()).id;
        places_.push_back(std::move(place));
    }
}

void History::grow_to(std::size_t messages) {
    HistoryFiller(path_, places_).fill_up_to(messages);
}

}  // namespace bench
