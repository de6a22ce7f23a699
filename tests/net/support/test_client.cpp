#include "support/test_client.hpp"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace test {

namespace {

constexpr int patience_s = 10;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error("test client: " + what);
}

}  // namespace

unsigned ServerFrame::code() const {
    if (payload.size() < 2) return 1005;
    return static_cast<unsigned>(static_cast<unsigned char>(payload[0]) << 8 |
                                 static_cast<unsigned char>(payload[1]));
}

TestClient::TestClient(std::uint16_t port, Options options) {
    std::signal(SIGPIPE, SIG_IGN);
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (options.receive_buffer != 0) {
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer,
                   sizeof(options.receive_buffer));
    }
    const timeval patience{patience_s, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        const std::string why = std::strerror(errno);
        ::close(socket_);
        fail("cannot connect: " + why);
    }
    if (!options.tls) return;
    context_ = SSL_CTX_new(TLS_client_method());
    tls_ = SSL_new(context_);
    SSL_set_fd(tls_, socket_);
    if (SSL_connect(tls_) != 1) fail("tls handshake failed");
}

TestClient::TestClient(TestClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      context_(std::exchange(other.context_, nullptr)),
      tls_(std::exchange(other.tls_, nullptr)),
      buffer_(std::move(other.buffer_)),
      used_(std::exchange(other.used_, 0)) {}

TestClient::~TestClient() {
    if (tls_ != nullptr) SSL_free(tls_);
    if (context_ != nullptr) SSL_CTX_free(context_);
    if (socket_ >= 0) ::close(socket_);
}

void TestClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = tls_ != nullptr
                                 ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                 : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) fail("cannot send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::size_t TestClient::send_some(std::string_view bytes) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void TestClient::shut_down_writing() {
    ::shutdown(socket_, SHUT_WR);
}

void TestClient::reset() {
    const linger now{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    ::close(std::exchange(socket_, -1));
}

std::size_t TestClient::receive(char* into, std::size_t size) {
    const ssize_t got = tls_ != nullptr ? SSL_read(tls_, into, static_cast<int>(size))
                                        : recv(socket_, into, size, 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && tls_ == nullptr && (errno == EAGAIN || errno == EWOULDBLOCK))
        fail("nothing came in time");
    return 0;
}

bool TestClient::fill() {
    if (used_ > 1'000'000) {
        buffer_.erase(0, used_);
        used_ = 0;
    }
    char bytes[65536];
    const std::size_t got = receive(bytes, sizeof(bytes));
    buffer_.append(bytes, got);
    return got != 0;
}

std::string TestClient::read_exactly(std::size_t size) {
    while (buffer_.size() - used_ < size) {
        if (!fill()) fail("ended early");
    }
    std::string out = buffer_.substr(used_, size);
    used_ += size;
    return out;
}

std::string TestClient::read_to_end() {
    while (fill()) {
    }
    std::string out = buffer_.substr(used_);
    used_ = buffer_.size();
    return out;
}

Answer TestClient::read_answer(bool to_head) {
    Answer answer;
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n", used_)) == std::string::npos) {
        if (!fill()) fail("ended before the answer's head: " + buffer_.substr(used_));
    }
    answer.head = read_exactly(end + 4 - used_);
    answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
    std::size_t line = answer.head.find("\r\n") + 2;
    while (line < answer.head.size() - 2) {
        const std::size_t next = answer.head.find("\r\n", line);
        const std::size_t colon = answer.head.find(": ", line);
        std::string name = answer.head.substr(line, colon - line);
        for (char& c : name)
            c = static_cast<char>(std::tolower(c));
        answer.headers[name] = answer.head.substr(colon + 2, next - colon - 2);
        line = next + 2;
    }
    const auto length = answer.headers.find("content-length");
    if (length != answer.headers.end() && !to_head)
        answer.body = read_exactly(std::stoul(length->second));
    return answer;
}

Answer TestClient::try_upgrade(std::string_view path, std::string_view more_headers) {
    return ask(handshake(path, more_headers));
}

void TestClient::upgrade(std::string_view path, std::string_view more_headers) {
    const Answer answer = try_upgrade(path, more_headers);
    if (answer.status != 101) fail("no upgrade: " + answer.head);
}

ServerFrame TestClient::read_frame() {
    const std::string begin = read_exactly(2);
    ServerFrame frame;
    const auto first = static_cast<unsigned char>(begin[0]);
    frame.opcode = first & 15U;
    frame.rsv = first >> 4 & 7U;
    frame.fin = (first & 0x80U) != 0;
    std::size_t size = static_cast<unsigned char>(begin[1]);
    if (size >= 128) fail("the server masked a frame");
    if (size >= 126) {
        const std::string length = read_exactly(size == 126 ? 2 : 8);
        size = 0;
        for (char c : length)
            size = size << 8 | static_cast<unsigned char>(c);
    }
    frame.payload = read_exactly(size);
    return frame;
}

std::string TestClient::read_text() {
    ServerFrame frame = read_frame();
    if (frame.opcode != 1)
        fail("expected a text frame, got opcode " + std::to_string(frame.opcode));
    return std::move(frame.payload);
}

std::string handshake(std::string_view path, std::string_view more_headers) {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
           "websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(more_headers) + "\r\n";
}

std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace test
