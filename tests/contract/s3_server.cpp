#include "s3_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <iostream>

#include "blobs/s3_client.hpp"

namespace whispr::test {

namespace {

constexpr const char* bucket = "whispr-test";
constexpr const char* access_key = "TESTACCESS";
constexpr const char* secret_key = "test-secret-0123456789";

std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket, plain, size) == 0);
    REQUIRE(::getsockname(socket, plain, &size) == 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

bool is_installed(const std::string& program) {
    return ::access(("/usr/bin/" + program).c_str(), X_OK) == 0;
}

}  // namespace

S3Server& S3Server::shared() {
    static S3Server server;
    return server;
}

S3Server::S3Server() : port_(free_port()) {
    for (const char* const program : {"radosgw", "ceph-mon", "ceph-osd"}) {
        if (is_installed(program)) continue;
        std::cout << program << " is not installed: no S3 server to test with\n" << std::flush;
        std::_Exit(77);
    }
    const std::string script = std::string(WHISPR_CONTRACT_DIR) + "/s3_server.sh";
    const std::string port = std::to_string(port_);
    const std::string monitor_port = std::to_string(free_port());
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    REQUIRE(::pipe2(input.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(output.data(), O_CLOEXEC) == 0);
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
        ::dup2(input[0], 0);
        ::dup2(output[1], 1);
        ::execl("/bin/bash", "bash", script.c_str(), folder_.path().c_str(), monitor_port.c_str(),
                port.c_str(), access_key, secret_key, nullptr);
        ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    std::string said;
    std::array<char, 64> part{};
    while (said.find("ready") == std::string::npos) {
        const ssize_t size = ::read(output[0], part.data(), part.size());
        if (size <= 0) FAIL("the S3 server does not start: see " << folder_.path());
        said.append(part.data(), static_cast<std::size_t>(size));
    }
    ::close(output[0]);
    take(blobs::S3Client(options()).call({.method = "PUT"}));
}

S3Server::~S3Server() {
    // The script ends its processes when its input does.
    if (input_ >= 0) ::close(input_);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
}

S3Options S3Server::options() const {
    S3Options options;
    options.endpoint = "http://127.0.0.1:" + std::to_string(port_);
    options.bucket = bucket;
    options.access_key = access_key;
    options.secret_key = secret_key;
    options.link_endpoint = options.endpoint;
    options.first_pause = std::chrono::milliseconds(20);
    return options;
}

S3BucketUnderTest::S3BucketUnderTest() : options_(S3Server::shared().options()) {
    static std::atomic<int> count{0};
    options_.prefix = "test-" + std::to_string(++count) + "/";
    options_.spool = spool_.path();
    S3BucketUnderTest::reopen();
}

void S3BucketUnderTest::reopen() {
    store_.reset();
    store_ = take(make_s3_blobs(options_));
}

}  // namespace whispr::test
