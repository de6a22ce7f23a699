// Events on their way between nodes: as bytes, and through a real Redis.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "redis/bus_message.hpp"
#include "redis/redis_address.hpp"
#include "redis_server.hpp"
#include "whispr/adapters/redis.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Uuid numbered(std::uint8_t number) {
    Uuid id;
    id.bytes[15] = number;
    return id;
}

std::shared_ptr<const Message> message() {
    auto message = std::make_shared<Message>();
    message->id = MessageId{numbered(1)};
    message->content = std::string("with a \0 in it", 14);
    message->mseq = 0xFFFF'FFFF;
    message->reactions.push_back({ReactionId{numbered(2)}, UserId{numbered(3)}, "👍", Time{}});
    message->attachments.push_back({});
    message->reply = ReplyPreview{};
    return message;
}

template <std::size_t... I>
Events one_of_each(std::index_sequence<I...>) {
    Events events;
    const auto add = [&](Event::What what) {
        Event event;
        event.conversation = ConversationId{numbered(7)};
        event.eseq = static_cast<Eseq>(events.size()) - 3;
        event.at = Time{std::chrono::microseconds(-1)};
        if (events.size() % 2 == 0) event.user = UserId{numbered(8)};
        auto audience = std::make_shared<Audience>();
        audience->users = {UserId{numbered(8)}, UserId{numbered(9)}};
        if (events.size() % 3 != 0) event.audience = std::move(audience);
        event.what = std::move(what);
        events.push_back(std::move(event));
    };
    (add(std::variant_alternative_t<I, Event::What>{}), ...);
    add(MessageCreated{message()});
    add(ReadMoved{UserId{numbered(1)}, 5, MessageId{numbered(2)}, {{}, {}}, 2, Time{}});
    return events;
}

Events one_of_each() {
    return one_of_each(std::make_index_sequence<std::variant_size_v<Event::What>>{});
}

std::mutex changing;
std::condition_variable changed;

/// Whoever waits looks again.
void wake() {
    const std::lock_guard lock(changing);
    changed.notify_all();
}

/// Keeps what comes.
class Listener final : public EventBus::Receiver {
 public:
    void receive(NodeId, Events events) noexcept override {
        note("events " + std::to_string(events.front().eseq));
    }
    void receive_presence(NodeId, const std::vector<PresenceDelta>& changes) noexcept override {
        note("presence " + std::to_string(changes.size()));
    }
    void replace_presence(NodeId, const std::vector<PresenceDelta>& all) noexcept override {
        note("whole " + std::to_string(all.size()));
    }
    void node_found(NodeId) noexcept override { note("found"); }
    void node_lost(NodeId) noexcept override { note("lost"); }
    void interrupted() noexcept override { note("interrupted"); }
    void missed(std::chrono::microseconds) noexcept override { note("missed"); }
    void restored() noexcept override { note("restored"); }

    [[nodiscard]] std::vector<std::string> notes() const {
        const std::lock_guard lock(mutex_);
        return notes_;
    }
    [[nodiscard]] std::size_t count(const std::string& note) const {
        const auto all = notes();
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), note));
    }

 private:
    void note(std::string text) {
        {
            const std::lock_guard lock(mutex_);
            notes_.push_back(std::move(text));
        }
        wake();
    }
    mutable std::mutex mutex_;
    std::vector<std::string> notes_;
};

struct Node {
    explicit Node(const RedisServer& server,
                  std::chrono::milliseconds lease = std::chrono::milliseconds(15'000)) {
        RedisOptions options;
        options.url = server.url();
        options.lease = lease;
        auto made = make_redis_channels(options);
        REQUIRE(made);
        channels = *std::move(made);
        bus = make_redis_bus(channels, options);
        bus->start(listener);
    }
    ~Node() { bus->stop(); }
    void publish(Eseq eseq) const {
        Event event;
        event.eseq = eseq;
        event.what = Advanced{};
        bus->publish(std::make_shared<const Events>(Events{event}));
    }

    std::shared_ptr<RedisChannels> channels;
    std::shared_ptr<EventBus> bus;
    Listener listener;
};

void wait_for(const char* what, const std::function<bool()>& there) {
    std::unique_lock lock(changing);
    if (!changed.wait_for(lock, std::chrono::seconds(60), there)) FAIL(what);
}

}  // namespace

TEST_CASE("every event comes out as it went in", "[redis]") {
    const redis::BusHead head{redis::BusKind::events, 12, 34};
    const Events events = one_of_each();
    const std::string bytes = redis::write_events(head, events);
    const auto read = redis::read_head(bytes);
    REQUIRE(read);
    CHECK(read->kind == redis::BusKind::events);
    CHECK(read->node == 12);
    CHECK(read->number == 34);
    const auto again = redis::read_events(bytes);
    REQUIRE(again);
    REQUIRE(again->size() == events.size());
    for (std::size_t i = 0; i < events.size(); ++i)
        CHECK((*again)[i].what.index() == events[i].what.index());
    CHECK(redis::write_events(head, *again) == bytes);
    const auto& created = std::get<MessageCreated>((*again)[events.size() - 2].what);
    CHECK(created.message->content == message()->content);
    CHECK(created.message->reactions.at(0).reaction == "👍");
}

TEST_CASE("what is cut short or of another version is not read", "[redis]") {
    const redis::BusHead head{redis::BusKind::events, 12, 34};
    const std::string bytes = redis::write_events(head, one_of_each());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(redis::read_events(bytes.substr(0, size)));
    CHECK_FALSE(redis::read_events(bytes + "x"));
    std::string other = bytes;
    other[0] = static_cast<char>(other[0] + 1);
    CHECK_FALSE(redis::read_head(other));
    CHECK_FALSE(redis::read_head(""));
    CHECK_FALSE(redis::read_head("hello, this is somebody else"));
}

TEST_CASE("where Redis is, as a URL", "[redis]") {
    const auto plain = redis::parse_address("redis://db.example");
    REQUIRE(plain);
    CHECK(plain->endpoints.at(0).host == "db.example");
    CHECK(plain->endpoints.at(0).port == 6379);
    const auto full = redis::parse_address("redis://me:p%40ss@[::1]:7000/3");
    REQUIRE(full);
    CHECK(full->endpoints.at(0).host == "::1");
    CHECK(full->endpoints.at(0).port == 7000);
    CHECK(full->user == "me");
    CHECK(full->password == "p@ss");
    CHECK(full->database == 3);
    const auto sentinels = redis::parse_address("redis+sentinel://:pw@a,b:26380/main/2");
    REQUIRE(sentinels);
    CHECK(sentinels->endpoints.size() == 2);
    CHECK(sentinels->endpoints[0].port == 26379);
    CHECK(sentinels->master == "main");
    CHECK(sentinels->password == "pw");
    CHECK(sentinels->text() == "redis+sentinel://a:26379,b:26380/main");
    const auto cluster = redis::parse_address("redis+cluster://:pw@a,b:6380");
    REQUIRE(cluster);
    CHECK(cluster->cluster);
    CHECK(cluster->endpoints.size() == 2);
    CHECK(cluster->text() == "redis+cluster://a:6379,b:6380");
    for (const char* wrong :
         {"", "localhost", "http://x", "redis://", "redis://a,b", "redis://a:0", "redis://a:x",
          "redis://a:70000", "redis://a/x", "redis+sentinel://a:1", "redis+cluster://",
          "redis+cluster://a/1", "redis://:%zz@a", "rediss://me:hunter2@a"}) {
        INFO(wrong);
        const auto refused = redis::parse_address(wrong);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().text.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("where a node of a cluster sends us", "[redis]") {
    const redis::Endpoint asked{"a", 1};
    const auto moved = redis::parse_moved("MOVED 3999 ::1:6381", asked);
    REQUIRE(moved);
    CHECK(moved->host == "::1");
    CHECK(moved->port == 6381);
    CHECK(redis::parse_moved("MOVED 3999 :6381", asked)->host == "a");
    for (const char* other : {"", "MOVED", "MOVED 3999", "MOVED 3999 a",
                              "MOVED 3999 a:", "ASK 1 a:2", "ERR MOVED 1 a:2", "MOVED 1 a:70000"})
        CHECK_FALSE(redis::parse_moved(other, asked));
}

TEST_CASE("nodes find each other, hear each other in order, and say goodbye", "[redis]") {
    const RedisServer server;
    const Node one(server);
    wait_for("one can use Redis", [&] { return one.listener.count("restored") == 1; });
    {
        const Node two(server);
        wait_for("they find each other", [&] {
            return one.listener.count("found") >= 1 && two.listener.count("found") >= 1;
        });
        for (Eseq eseq = 1; eseq <= 100; ++eseq)
            one.publish(eseq);
        one.bus->publish_presence({{}, {}});
        one.bus->publish_whole_presence({{}});
        wait_for("everything comes", [&] { return two.listener.count("whole 1") == 1; });
        std::vector<std::string> events;
        for (const std::string& note : two.listener.notes()) {
            if (note.starts_with("events")) events.push_back(note);
        }
        REQUIRE(events.size() == 100);
        for (std::size_t i = 0; i < events.size(); ++i)
            CHECK(events[i] == "events " + std::to_string(i + 1));
        CHECK(two.listener.count("presence 2") == 1);
        CHECK(two.listener.count("missed") == 0);
        CHECK(one.listener.count("events 1") == 0);
    }
    wait_for("the goodbye comes", [&] { return one.listener.count("lost") == 1; });
}

TEST_CASE("a Redis that goes and comes back is noticed, and so is what was lost with it",
          "[redis]") {
    RedisServer server;
    const Node one(server);
    const Node two(server);
    wait_for("they find each other",
             [&] { return one.listener.count("found") >= 1 && two.listener.count("found") >= 1; });
    one.publish(1);
    wait_for("it comes", [&] { return two.listener.count("events 1") == 1; });
    server.kill();
    wait_for("both notice", [&] {
        return one.listener.count("interrupted") == 1 && two.listener.count("interrupted") == 1;
    });
    CHECK_FALSE(two.channels->usable());
    one.publish(2);
    server.start();
    wait_for("both are back", [&] {
        return one.listener.count("restored") == 2 && two.listener.count("restored") == 2;
    });
    one.publish(3);
    wait_for("what comes next comes", [&] { return two.listener.count("events 3") == 1; });
    CHECK(two.listener.count("events 2") == 0);
    wait_for("what did not come is noticed", [&] { return two.listener.count("missed") >= 1; });
}

TEST_CASE("a node that says nothing any more is lost", "[redis]") {
    const RedisServer server;
    const Node one(server, std::chrono::milliseconds(1'500));
    wait_for("one can use Redis", [&] { return one.listener.count("restored") == 1; });
    RedisOptions options;
    options.url = server.url();
    const auto silent = make_redis_channels(options).value();
    silent->start([](bool) { wake(); });
    wait_for("it can use Redis", [&] { return silent->usable(); });
    REQUIRE(silent->publish("whispr:events", redis::write_head({redis::BusKind::hello, 4711, 0})));
    wait_for("it is found", [&] { return one.listener.count("found") == 1; });
    wait_for("it is lost", [&] { return one.listener.count("lost") == 1; });
    silent->stop();
}

TEST_CASE("what a silent node may have committed is missed, and all it said when it is heard again",
          "[redis]") {
    const RedisServer server;
    const Node one(server, std::chrono::milliseconds(1'500));
    wait_for("one can use Redis", [&] { return one.listener.count("restored") == 1; });
    RedisOptions options;
    options.url = server.url();
    const auto silent = make_redis_channels(options).value();
    std::atomic<int> asked{0};
    silent->listen("whispr:events", [&](std::string_view payload) {
        const auto head = redis::read_head(payload);
        if (head && head->kind == redis::BusKind::hello) ++asked;
        wake();
    });
    silent->start([](bool) { wake(); });
    wait_for("it can use Redis", [&] { return silent->usable(); });
    const auto say = [&](redis::BusKind kind, std::uint64_t number) {
        REQUIRE(silent->publish("whispr:events", redis::write_head({kind, 4711, number})));
    };
    say(redis::BusKind::hello, 0);
    wait_for("it is found", [&] { return one.listener.count("found") == 1; });
    CHECK(one.listener.count("missed") == 0);
    wait_for("it is lost", [&] { return one.listener.count("lost") == 1; });
    wait_for("the store is looked at", [&] { return one.listener.count("missed") >= 2; });
    const int before = asked;
    say(redis::BusKind::alive, 5);
    wait_for("it is found again", [&] { return one.listener.count("found") == 2; });
    wait_for("it is asked who is present", [&] { return asked > before; });
    // Something did not come, who is present perhaps; at once, it is asked a moment later.
    const int asked_once = asked;
    const std::size_t missed = one.listener.count("missed");
    say(redis::BusKind::alive, 6);
    wait_for("what did not come is noticed", [&] { return one.listener.count("missed") > missed; });
    wait_for("it is asked again", [&] { return asked > asked_once; });
    silent->stop();
}
