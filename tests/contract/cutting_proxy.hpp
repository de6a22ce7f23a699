// A line to a PostgreSQL that breaks where the test says, at the very COMMIT, before or after the
// server has heard of it; and that counts how often the server is asked for answers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace whispr::test {

/// Finds the messages of a client's stream after which it waits for what it has asked.
class SyncCount {
 public:
    /// How many there are in these bytes, which follow the ones before.
    [[nodiscard]] int in(std::string_view bytes);

 private:
    bool introduced_ = false;  ///< the first message has no type
    std::string head_;
    std::size_t left_ = 0;
};

class CuttingProxy {
 public:
    /// What happens to the next COMMIT.
    enum class Cut {
        never,
        before,   ///< it is not passed on, and the line is cut
        after,    ///< its answer is not passed on, and the line is cut
        unheard,  ///< its answer is not passed on, and the line stays
        ended,    ///< like after, with the last words of a pooler that has lost its server
    };

    /// `socket`: the server's.
    explicit CuttingProxy(std::string socket);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    /// Keywords for libpq that lead here.
    [[nodiscard]] std::string connection_string() const;
    void cut_next(Cut cut, bool and_refuse = false);
    /// Until the cut has been made.
    void wait_for_cut();
    /// Lets connections in again that were refused after a cut.
    void admit() { refuses_ = false; }
    /// Round trips that clients have begun.
    [[nodiscard]] int round_trips() const { return round_trips_; }

 private:
    struct Line {
        int client = -1;
        int server = -1;
        Cut at_answer = Cut::never;
        SyncCount syncs{};
    };

    void run();
    void accept_one();
    /// False when the line is over.
    bool from_client(Line& line);
    bool from_server(Line& line);
    void made();

    const std::string socket_;
    int listener_ = -1;
    int port_ = 0;
    std::vector<Line> lines_;
    std::atomic<bool> stop_{false};
    std::atomic<bool> refuses_{false};
    std::atomic<int> round_trips_{0};
    std::mutex mutex_;
    std::condition_variable cut_made_;
    Cut next_ = Cut::never;
    bool refuse_after_ = false;
    bool made_ = false;
    std::thread thread_;
};

}  // namespace whispr::test
