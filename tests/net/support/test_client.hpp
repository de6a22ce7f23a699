// A blocking client that says exactly what it is told, over TCP or TLS. Every wait ends after ten
// seconds with an exception, so a test cannot hang.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "support/client_frames.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace test {

struct Answer {
    unsigned status = 0;
    std::string head;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

struct ServerFrame {
    unsigned opcode = 0;
    bool fin = false;
    unsigned rsv = 0;
    std::string payload;

    // Of a close frame; 1005 without one.
    unsigned code() const;
};

class TestClient {
 public:
    struct Options {
        bool tls = false;
        int receive_buffer = 0;  // 0: the system's
    };

    explicit TestClient(std::uint16_t port) : TestClient(port, Options{}) {}
    TestClient(std::uint16_t port, Options options);
    TestClient(TestClient&& other) noexcept;
    ~TestClient();

    void send(std::string_view bytes);
    // Without blocking; how much was taken.
    std::size_t send_some(std::string_view bytes);
    void shut_down_writing();
    // Ends with a reset instead of an orderly close.
    void reset();

    std::string read_exactly(std::size_t size);
    // Until the server ends the connection, in order or by a reset.
    std::string read_to_end();
    // One answer; `to_head`: its body is not sent.
    Answer read_answer(bool to_head = false);
    Answer ask(std::string_view request) {
        send(request);
        return read_answer();
    }

    // Upgrades; the answer must be 101.
    void upgrade(std::string_view path, std::string_view more_headers = "");
    Answer try_upgrade(std::string_view path, std::string_view more_headers = "");
    ServerFrame read_frame();
    // Reads one text frame, or fails.
    std::string read_text();

 private:
    std::size_t receive(char* into, std::size_t size);
    bool fill();

    int socket_ = -1;
    ssl_ctx_st* context_ = nullptr;
    ssl_st* tls_ = nullptr;
    std::string buffer_;
    std::size_t used_ = 0;
};

std::string handshake(std::string_view path, std::string_view more_headers = "");
std::string get(std::string_view path);

}  // namespace test
