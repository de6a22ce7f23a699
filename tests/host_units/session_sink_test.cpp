#include "edge/session_sink.hpp"

#include <catch2/catch.hpp>
#include <deque>

#include "wire_fixture.hpp"

using edge::Hub;
using edge::Receiver;
using edge::SessionSink;
using edge::Subscriber;
using edge::phoenix::Dialect;
using edge::phoenix::PresenceLeaves;
using edge::phoenix::Topic;

namespace {

// Runs what is posted when the test says so.
struct Thread final : net::IoThread {
    explicit Thread(std::size_t number) : number_(number) {}
    bool post(net::Task task) override {
        tasks.push_back(std::move(task));
        return true;
    }
    std::size_t index() const override { return number_; }
    bool is_current() const override { return true; }
    void run() {
        while (!tasks.empty()) {
            auto task = std::move(tasks.front());
            tasks.pop_front();
            task();
        }
    }
    std::size_t number_;
    std::deque<net::Task> tasks;
};

// Writes down what it is given.
struct Socket final : net::WebSocket {
    explicit Socket(net::IoThread& on) : thread_(on) {}
    bool send(const net::Frame& frame) override {
        sent.push_back(std::string(frame.head.view()) + std::string(frame.middle.view()) +
                       std::string(frame.tail.view()));
        heads.push_back(frame.head->data());
        return true;
    }
    bool send_text(std::string_view) override { return true; }
    void close(std::uint16_t code, std::string_view) override { closed = code; }
    bool ping(std::string_view) override { return true; }
    void pause_reading() override {}
    void resume_reading() override {}
    std::size_t queued_bytes() const override { return 0; }
    bool is_closing() const override { return closed != 0; }
    net::IoThread& thread() const override { return thread_; }
    net::WebSocketHandle handle() const override { return {}; }

    net::IoThread& thread_;
    std::vector<std::string> sent;
    std::vector<const char*> heads;
    std::uint16_t closed = 0;
};

// A connection that joined its user's topic and the conversation.
struct Client final : Receiver {
    Client(SessionSink& sink, net::IoThread& thread, whispr::UserId who)
        : hub(sink.hub(thread)),
          user(who),
          socket(thread),
          own(socket, Dialect::v2),
          joined(socket, Dialect::v2, who) {
        id = hub.add(*this, user, Dialect::v2);
        hub.subscribe({Topic::Kind::user, user.uuid}, own);
        hub.subscribe({Topic::Kind::conversation, wire::conversation.uuid}, joined);
    }
    ~Client() {
        hub.unsubscribe({Topic::Kind::user, user.uuid}, own);
        hub.unsubscribe({Topic::Kind::conversation, wire::conversation.uuid}, joined);
        hub.remove(id, user, Dialect::v2);
    }
    void open() {
        own.open([](auto, auto) { return false; });
        joined.open([](auto, auto) { return false; });
    }
    void message_written(whispr::ConversationId, whispr::Mseq mseq) override { written = mseq; }
    void membership_lost(whispr::ConversationId, whispr::Eseq since) override { lost = since; }
    void tick() override { ++ticks; }

    Hub& hub;
    whispr::UserId user;
    Socket socket;
    Subscriber own;
    Subscriber joined;
    edge::ReceiverId id;
    whispr::Mseq written = 0;
    whispr::Eseq lost = 0;
    int ticks = 0;
};

std::shared_ptr<const whispr::Events> batch(whispr::Event event) {
    auto events = std::make_shared<whispr::Events>();
    events->push_back(std::move(event));
    return events;
}

std::shared_ptr<const whispr::Events> new_message() {
    return batch(
        wire::event(whispr::MessageCreated{std::make_shared<whispr::Message>(wire::message())}));
}

}  // namespace

TEST_CASE("an event reaches listeners of all threads, encoded once") {
    Thread threads[2]{Thread(0), Thread(1)};
    SessionSink sink(2, PresenceLeaves::only_who_is_gone);
    Client alice(sink, threads[0], wire::alice);
    Client bob(sink, threads[1], wire::bob);
    alice.open();
    bob.open();
    sink.deliver(new_message());
    CHECK(threads[0].tasks.size() == 1);
    for (auto& thread : threads)
        thread.run();
    REQUIRE(alice.socket.sent.size() == 2);
    REQUIRE(bob.socket.sent.size() == 2);
    CHECK(alice.socket.sent[0] == bob.socket.sent[0]);
    CHECK(alice.socket.heads == bob.socket.heads);
    CHECK(bob.socket.sent[1].find("user:" + wire::bob.to_string()) != std::string::npos);
}

TEST_CASE("delivery is noted for everyone but the author") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    Client alice(sink, thread, wire::alice);
    Client bob(sink, thread, wire::bob);
    sink.deliver(new_message());
    thread.run();
    CHECK(alice.written == 0);
    CHECK(bob.written == 7);
}

TEST_CASE("until a channel is opened it keeps what arrives, and then gives it in order") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    Client bob(sink, thread, wire::bob);
    sink.deliver(new_message());
    sink.deliver(batch(wire::event(whispr::Typing{wire::alice, true})));
    thread.run();
    CHECK(bob.socket.sent.empty());
    SECTION("everything") {
        bob.joined.open([](auto, auto) { return false; });
        REQUIRE(bob.socket.sent.size() == 2);
        CHECK(bob.socket.sent[0].find("new_message") != std::string::npos);
        CHECK(bob.socket.sent[1].find("user_typing") != std::string::npos);
    }
    SECTION("but for what it was told in another way") {
        bob.own.open([](whispr::ConversationId conversation, whispr::Mseq newest) {
            return conversation == wire::conversation && newest <= 7;
        });
        CHECK(bob.socket.sent.empty());
    }
}

TEST_CASE("a channel that is never opened ends its connection instead of growing") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    Client bob(sink, thread, wire::bob);
    for (int i = 0; i < 1025; ++i)
        sink.deliver(batch(wire::event(whispr::Typing{wire::alice, true})));
    thread.run();
    CHECK(bob.socket.closed == net::close_code::try_later);
}

TEST_CASE("who was removed is told, and loses the membership on every connection") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    Client bob(sink, thread, wire::bob);
    Client tablet(sink, thread, wire::bob);
    bob.open();
    auto event = wire::event(whispr::MemberRemoved{wire::bob});
    event.eseq = 12;
    event.audience = std::make_shared<whispr::Audience>(whispr::Audience{{wire::alice}});
    sink.deliver(batch(event));
    thread.run();
    CHECK(bob.lost == 12);
    CHECK(tablet.lost == 12);
    CHECK(bob.socket.sent.size() == 2);
}

TEST_CASE("a thread without connections is left alone") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    sink.deliver(new_message());
    CHECK(thread.tasks.empty());
    sink.for_each_hub([](Hub&) {});
    CHECK(thread.tasks.empty());
}

TEST_CASE("a receiver that is gone is not found under its old name") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    edge::ReceiverId old;
    {
        Client bob(sink, thread, wire::bob);
        old = bob.id;
        CHECK(bob.hub.find(old) == &bob);
    }
    Client next(sink, thread, wire::bob);
    CHECK(next.id.slot == old.slot);
    CHECK(next.hub.find(old) == nullptr);
    CHECK(next.hub.find(next.id) == &next);
    next.hub.tick();
    CHECK(next.ticks == 1);
}

TEST_CASE("the host's own announcements reach those who joined the topic") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    Client alice(sink, thread, wire::alice);
    Client bob(sink, thread, wire::bob);
    alice.open();
    bob.open();
    sink.tell({Topic::Kind::user, wire::bob.uuid}, "presence_diff", "{}");
    thread.run();
    CHECK(alice.socket.sent.empty());
    REQUIRE(bob.socket.sent.size() == 1);
    CHECK(bob.socket.sent[0].find("presence_diff") != std::string::npos);
}

TEST_CASE("what one member alone may see reaches that member on both topics, and nobody else") {
    Thread thread(0);
    SessionSink sink(1, PresenceLeaves::only_who_is_gone);
    Client alice(sink, thread, wire::alice);
    Client bob(sink, thread, wire::bob);
    alice.open();
    bob.open();
    auto event =
        wire::event(whispr::MessageCreated{std::make_shared<whispr::Message>(wire::message())});
    event.user = wire::alice;
    event.audience = nullptr;
    sink.deliver(batch(std::move(event)));
    thread.run();
    CHECK(bob.socket.sent.empty());
    CHECK(bob.written == 0);
    REQUIRE(alice.socket.sent.size() == 2);
    CHECK(alice.socket.sent[0].find("conversation:" + wire::conversation.to_string()) !=
          std::string::npos);
    CHECK(alice.socket.sent[1].find("user:" + wire::alice.to_string()) != std::string::npos);
}

TEST_CASE("another history of the store is told on every topic that is joined, whoever listens") {
    Thread first(0);
    Thread second(1);
    SessionSink sink(2, PresenceLeaves::only_who_is_gone);
    Client alice(sink, first, wire::alice);
    Client bob(sink, second, wire::bob);
    alice.open();
    bob.open();
    whispr::Event event;
    event.what = whispr::EpochChanged{wire::conversation.uuid};
    sink.deliver(batch(std::move(event)));
    first.run();
    second.run();
    for (const auto& [client, user] : {std::pair{&alice, wire::alice}, {&bob, wire::bob}}) {
        REQUIRE(client->socket.sent.size() == 2);
        const std::string payload = R"({"epoch":")" + wire::conversation.to_string() + R"("})";
        for (const std::string& topic :
             {"conversation:" + wire::conversation.to_string(), "user:" + user.to_string()}) {
            const std::string frame =
                R"([null,null,")" + topic + R"(","epoch_changed",)" + payload + "]";
            const auto& sent = client->socket.sent;
            CHECK((sent[0].ends_with(frame) || sent[1].ends_with(frame)));
        }
        CHECK(client->socket.closed == 0);
    }
}
