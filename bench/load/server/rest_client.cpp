#include "server/rest_client.hpp"

#include <simdjson.h>

#include <algorithm>

#include "client/failure.hpp"

namespace load {
namespace {

constexpr auto one_patience = std::chrono::seconds(30);

// Each connection has one request under way and takes the next one when its answer is there.
class RestRun : public SwarmHandler {
 public:
    RestRun(Swarm& swarm, Endpoint endpoint, const std::vector<HttpRequest>& requests)
        : swarm_(swarm), endpoint_(endpoint), requests_(requests), answers_(requests.size()) {}

    void begin() {
        current_.resize(swarm_.size());
        for (std::size_t i = 0; i < swarm_.size(); ++i) {
            send_next(i);
        }
    }

    void on_message(std::size_t connection, std::string_view message) override {
        RestAnswer& answer = answers_[current_[connection]];
        answer.status = http_status(message);
        answer.body = http_body(message);
        ++answered_;
        send_next(connection);
    }

    [[nodiscard]] bool done() const { return answered_ == requests_.size(); }
    [[nodiscard]] std::size_t answered() const { return answered_; }
    [[nodiscard]] std::vector<RestAnswer>& answers() { return answers_; }

 private:
    void send_next(std::size_t connection) {
        if (next_ == requests_.size()) return;
        current_[connection] = next_;
        swarm_.send(connection, write_request(endpoint_.host(), requests_[next_++]));
    }

    Swarm& swarm_;
    Endpoint endpoint_;
    const std::vector<HttpRequest>& requests_;
    std::vector<RestAnswer> answers_;
    std::vector<std::size_t> current_;
    std::size_t next_ = 0;
    std::size_t answered_ = 0;
};

}  // namespace

std::vector<RestAnswer> rest_all(Endpoint endpoint, const std::vector<HttpRequest>& requests,
                                 std::size_t connections, Clock::duration patience) {
    const Clock::time_point deadline = after(patience);
    Swarm swarm(endpoint, Framing::http);
    RestRun run(swarm, endpoint, requests);
    swarm.set_handler(&run);
    swarm.connect(
        std::min(connections, requests.size()), [](std::size_t) { return std::string(); },
        patience);
    run.begin();
    if (!swarm.run_until([&] { return run.done(); }, deadline)) {
        throw Failure("only " + std::to_string(run.answered()) + " of " +
                      std::to_string(requests.size()) + " requests to " + endpoint.host() +
                      " answered in time");
    }
    return std::move(run.answers());
}

std::string rest_one(Endpoint endpoint, const HttpRequest& request) {
    RestAnswer answer = rest_all(endpoint, {request}, 1, one_patience).front();
    if (answer.status < 200 || answer.status >= 300) {
        throw Failure(std::string(request.method) + " " + request.target + " answered " +
                      std::to_string(answer.status) + " " + answer.body.substr(0, 300));
    }
    return std::move(answer.body);
}

std::string json_text_at(const std::string& json, const std::string& pointer) {
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    std::string_view text;
    if (parser.parse(json).get(document) != simdjson::SUCCESS ||
        document.at_pointer(pointer).get(text) != simdjson::SUCCESS) {
        throw Failure("no text at " + pointer + " in " + json.substr(0, 300));
    }
    return std::string(text);
}

}  // namespace load
