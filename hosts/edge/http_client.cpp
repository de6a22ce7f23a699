#include "http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "curl_library.hpp"
#include "jwks_source.hpp"
#include "log.hpp"

namespace edge {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds longest_sleep{1'000};

std::string without_slash(std::string base) {
    while (base.ends_with('/'))
        base.pop_back();
    return base;
}

bool one_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

HttpAnswer no_answer(std::string why) {
    return {0, {}, std::move(why)};
}

}  // namespace

// From get() until its answer.
struct HttpClient::Request {
    HttpGet what;
    Done done;
    Clock::time_point deadline;
};

// What libcurl works on. The client's thread alone, but for wake().
class HttpClient::Transfers {
 public:
    explicit Transfers(std::size_t answer_bytes) : answer_bytes_(answer_bytes) {
        start_curl();
        multi_ = curl_multi_init();
    }
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;
    ~Transfers() { curl_multi_cleanup(multi_); }

    [[nodiscard]] std::size_t count() const { return transfers_.size(); }
    void wake() { curl_multi_wakeup(multi_); }
    void sleep(milliseconds longest) {
        curl_multi_poll(multi_, nullptr, 0, static_cast<int>(longest.count()), nullptr);
    }

    void add(std::unique_ptr<Request> request, const std::string& base, Clock::time_point now);
    // Drives what is under way; tells each that ended.
    void work(const std::function<void(Request&, HttpAnswer)>& ended);
    // Ends all, without an answer.
    void abandon(const std::function<void(Request&, HttpAnswer)>& ended);

 private:
    struct Transfer {
        std::unique_ptr<Request> request;
        std::string body;
        std::size_t body_limit;
        std::array<char, CURL_ERROR_SIZE> reason{};
        CURL* curl = nullptr;
        curl_slist* headers = nullptr;
    };

    static std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* target);
    [[nodiscard]] static HttpAnswer answer_of(Transfer& transfer, CURLcode code);
    std::unique_ptr<Transfer> take(CURL* curl);

    std::size_t answer_bytes_;
    CURLM* multi_;
    std::vector<std::unique_ptr<Transfer>> transfers_;
};

std::size_t HttpClient::Transfers::receive(char* bytes, std::size_t size, std::size_t count,
                                           void* target) {
    auto& transfer = *static_cast<Transfer*>(target);
    if (transfer.body.size() + size * count > transfer.body_limit) return 0;
    transfer.body.append(bytes, size * count);
    return size * count;
}

void HttpClient::Transfers::add(std::unique_ptr<Request> request, const std::string& base,
                                Clock::time_point now) {
    auto transfer = std::make_unique<Transfer>();
    transfer->body_limit = answer_bytes_;
    CURL* const curl = transfer->curl = curl_easy_init();
    const std::string url = base + request->what.path;
    for (const auto& [name, value] : request->what.headers) {
        transfer->headers = curl_slist_append(transfer->headers, (name + ": " + value).c_str());
    }
    const auto left = std::chrono::ceil<milliseconds>(request->deadline - now);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    // A redirect would carry the caller's credentials to wherever it leads.
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "whisprd");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->reason.data());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer.get());
    transfer->request = std::move(request);
    curl_multi_add_handle(multi_, curl);
    transfers_.push_back(std::move(transfer));
}

std::unique_ptr<HttpClient::Transfers::Transfer> HttpClient::Transfers::take(CURL* curl) {
    const auto at = std::find_if(transfers_.begin(), transfers_.end(),
                                 [&](const auto& transfer) { return transfer->curl == curl; });
    auto transfer = std::move(*at);
    transfers_.erase(at);
    curl_multi_remove_handle(multi_, curl);
    return transfer;
}

HttpAnswer HttpClient::Transfers::answer_of(Transfer& transfer, CURLcode code) {
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
        return {static_cast<unsigned>(status), std::move(transfer.body), {}};
    }
    if (code == CURLE_WRITE_ERROR) return no_answer("the answer is too long");
    return no_answer(transfer.reason[0] != '\0' ? transfer.reason.data()
                                                : curl_easy_strerror(code));
}

void HttpClient::Transfers::work(const std::function<void(Request&, HttpAnswer)>& ended) {
    int running = 0;
    curl_multi_perform(multi_, &running);
    int left = 0;
    while (CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        const auto transfer = take(message->easy_handle);
        HttpAnswer answer = answer_of(*transfer, code);
        curl_easy_cleanup(transfer->curl);
        curl_slist_free_all(transfer->headers);
        ended(*transfer->request, std::move(answer));
    }
}

void HttpClient::Transfers::abandon(const std::function<void(Request&, HttpAnswer)>& ended) {
    while (!transfers_.empty()) {
        const auto transfer = take(transfers_.back()->curl);
        curl_easy_cleanup(transfer->curl);
        curl_slist_free_all(transfer->headers);
        ended(*transfer->request, no_answer("this server stops"));
    }
}

HttpClient::HttpClient(Options options, Log& log)
    : options_([&] {
          options.base = without_slash(std::move(options.base));
          return std::move(options);
      }()),
      log_(log),
      transfers_(std::make_unique<Transfers>(options_.answer_bytes)),
      breaker_(options_.breaker),
      thread_([this] { run(); }) {}

HttpClient::~HttpClient() {
    stop_.store(true);
    transfers_->wake();
    thread_.join();
}

// Why a request is not made; null when it may be, and then it is counted.
const char* HttpClient::refusal(const HttpGet& request) {
    for (const auto& [name, value] : request.headers) {
        if (!one_line(name) || !one_line(value)) return "a header has more than one line";
    }
    if (!one_line(request.path) || !request.path.starts_with('/')) return "the path is no path";
    const net::MutexLock lock(mutex_);
    if (pending_ >= options_.requests) return "too many requests at once";
    if (!breaker_.allow(Clock::now())) return "the service did not answer lately";
    ++pending_;
    return nullptr;
}

void HttpClient::get(HttpGet request, Done done) {
    if (const char* const why = refusal(request)) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return done(no_answer(why));
    }
    auto taken = std::make_unique<Request>(
        Request{std::move(request), std::move(done), Clock::now() + options_.time_limit});
    {
        const net::MutexLock lock(mutex_);
        waiting_.push_back(std::move(taken));
    }
    transfers_->wake();
}

void HttpClient::run() {
    const auto ended = [this](Request& request, HttpAnswer answer) {
        judge(answer);
        finish(request, std::move(answer));
    };
    while (!stop_.load()) {
        const milliseconds longest = start_waiting();
        transfers_->work(ended);
        if (!stop_.load()) transfers_->sleep(longest);
    }
    const auto given_up = [this](Request& request, HttpAnswer answer) {
        finish(request, std::move(answer));
    };
    transfers_->abandon(given_up);
    for (const auto& request : take_waiting())
        finish(*request, no_answer("this server stops"));
}

std::deque<std::unique_ptr<HttpClient::Request>> HttpClient::take_waiting() {
    const net::MutexLock lock(mutex_);
    return std::exchange(waiting_, {});
}

// Begins what may begin, and answers what has waited in vain.
milliseconds HttpClient::start_waiting() {
    const auto now = Clock::now();
    std::vector<std::unique_ptr<Request>> late;
    milliseconds sleep = longest_sleep;
    {
        const net::MutexLock lock(mutex_);
        // They wait in the order of their deadlines.
        while (!waiting_.empty() && waiting_.front()->deadline <= now) {
            late.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
            breaker_.abandoned();
        }
        while (!waiting_.empty() && transfers_->count() < options_.connections) {
            transfers_->add(std::move(waiting_.front()), options_.base, now);
            waiting_.pop_front();
        }
        if (!waiting_.empty()) {
            sleep =
                std::min(sleep, std::chrono::ceil<milliseconds>(waiting_.front()->deadline - now));
        }
    }
    for (const auto& request : late)
        finish(*request, no_answer("no answer in time"));
    return sleep;
}

void HttpClient::finish(Request& request, HttpAnswer answer) {
    {
        const net::MutexLock lock(mutex_);
        --pending_;
    }
    request.done(std::move(answer));
}

// What an answer says about the service. A service that begins to be left alone fails those who
// wait for it, too.
void HttpClient::judge(const HttpAnswer& answer) {
    const bool good = answer.status != 0 && answer.status < 500;
    (good ? answered_ : failed_).fetch_add(1, std::memory_order_relaxed);
    bool left_alone = false;
    {
        const net::MutexLock lock(mutex_);
        if (good) {
            breaker_.succeeded();
        } else {
            left_alone = breaker_.failed(Clock::now());
        }
    }
    if (!left_alone) return;
    const std::string why =
        answer.status == 0 ? answer.error : "it answered " + std::to_string(answer.status);
    log_.warn(
        "a service does not answer and is left alone for a while",
        {{"service", options_.name}, {"url", without_credentials(options_.base)}, {"error", why}});
    for (const auto& request : take_waiting())
        finish(*request, no_answer("the service does not answer"));
}

HttpClientFigures HttpClient::figures() const {
    return {answered_.load(std::memory_order_relaxed), failed_.load(std::memory_order_relaxed),
            refused_.load(std::memory_order_relaxed)};
}

}  // namespace edge
