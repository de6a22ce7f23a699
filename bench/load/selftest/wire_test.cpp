#include <catch2/catch.hpp>

#include "wire/http_message.hpp"
#include "wire/phoenix_frame.hpp"
#include "wire/resp_frame.hpp"
#include "wire/ws_frame.hpp"
#include "wire/ws_handshake.hpp"

using namespace load;

TEST_CASE("a client frame of any size comes back as it was written") {
    for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 200UL, 65535UL, 65536UL, 70001UL}) {
        const std::string text(size, 'q');
        std::string wire;
        append_client_frame(wire, WsOpcode::text, text);
        WsFrame frame;
        REQUIRE(scan_ws_frame(wire, frame) == WsScan::complete);
        REQUIRE(frame.masked);
        REQUIRE(frame.header + frame.payload == wire.size());
        if (size > 3) REQUIRE(wire.substr(frame.header) != text);
        unmask_ws_payload(wire.data() + frame.header, frame);
        REQUIRE(wire.substr(frame.header) == text);
    }
}

TEST_CASE("a server frame is not masked and two of them are told apart") {
    std::string wire;
    append_server_frame(wire, WsOpcode::text, "first");
    append_server_frame(wire, WsOpcode::ping, "x");
    WsFrame frame;
    REQUIRE(scan_ws_frame(wire, frame) == WsScan::complete);
    REQUIRE_FALSE(frame.masked);
    REQUIRE(wire.substr(frame.header, frame.payload) == "first");
    REQUIRE(scan_ws_frame(std::string_view(wire).substr(7), frame) == WsScan::complete);
    REQUIRE(frame.opcode == WsOpcode::ping);
}

TEST_CASE("every beginning of a frame is partial") {
    std::string wire;
    append_client_frame(wire, WsOpcode::text, std::string(300, 'a'));
    WsFrame frame;
    for (std::size_t n = 0; n < wire.size(); ++n) {
        REQUIRE(scan_ws_frame(std::string_view(wire).substr(0, n), frame) == WsScan::partial);
    }
}

TEST_CASE("fragments, reserved bits, unknown opcodes and huge sizes are invalid") {
    WsFrame frame;
    REQUIRE(scan_ws_frame(std::string("\x01\x01x", 3), frame) == WsScan::invalid);
    REQUIRE(scan_ws_frame(std::string("\xc1\x01x", 3), frame) == WsScan::invalid);
    REQUIRE(scan_ws_frame(std::string("\x83\x01x", 3), frame) == WsScan::invalid);
    const std::string huge("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10);
    REQUIRE(scan_ws_frame(huge, frame) == WsScan::invalid);
}

TEST_CASE("the accept value is the one of RFC 6455") {
    REQUIRE(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("base64url is undone by its inverse") {
    for (const std::string text : {"", "a", "ab", "abc", "{\"kid\":\"x\"}", "\xff\xfe\xfd"}) {
        REQUIRE(from_base64url(base64url(text)) == text);
    }
    REQUIRE(base64("ab") == "YWI=");
}

TEST_CASE("a Phoenix reply is split into its parts") {
    PhoenixFrame frame;
    const std::string text =
        R"(["1","42","conversation:x","phx_reply",{"status":"ok","response":{"a":[1,"]"]}}])";
    REQUIRE(split_phoenix(text, frame));
    REQUIRE(frame.join_ref == "1");
    REQUIRE(ref_number(frame.ref) == 42);
    REQUIRE(frame.topic == "conversation:x");
    REQUIRE(frame.is_ok_reply());
    REQUIRE(frame.payload.front() == '{');
    REQUIRE(frame.payload.back() == '}');
}

TEST_CASE("a broadcast has no refs and is no reply") {
    PhoenixFrame frame;
    REQUIRE(split_phoenix(R"([null,null,"conversation:x","new_message",{"message":{}}])", frame));
    REQUIRE(frame.ref.empty());
    REQUIRE(ref_number(frame.ref) == 0);
    REQUIRE_FALSE(frame.is_reply());
}

TEST_CASE("what is no frame of five parts is not split") {
    PhoenixFrame frame;
    for (const char* text :
         {"", "[]", "{}", "[null]", R"([null,null,"t","e"])", R"([null,null,"t","e",])",
          R"(["1","2","t\"","e",{}])", R"([1,2,"t","e",{}])"}) {
        INFO(text);
        REQUIRE_FALSE(split_phoenix(text, frame));
    }
}

TEST_CASE("a push can be split again") {
    PhoenixFrame frame;
    const std::string text =
        phoenix_push("3", 7, "user:u", "new_message", new_message_payload("hello", 9));
    REQUIRE(split_phoenix(text, frame));
    REQUIRE(frame.join_ref == "3");
    REQUIRE(frame.ref == "7");
    REQUIRE(frame.event == "new_message");
    REQUIRE(frame.payload == R"({"content":"hello","message_type":"text","client_random":9})");
}

TEST_CASE("a response ends where its length says") {
    bool invalid = false;
    const std::string text = "HTTP/1.1 201 Created\r\ncontent-length:  4 \r\n\r\nbodyHTTP/1.1";
    REQUIRE(http_response_length(text, invalid) == text.size() - 8);
    REQUIRE(http_status(text) == 201);
    REQUIRE(http_body(std::string_view(text).substr(0, text.size() - 8)) == "body");
    for (std::size_t n = 0; n < text.size() - 8; ++n) {
        REQUIRE(http_response_length(std::string_view(text).substr(0, n), invalid) == 0);
    }
    REQUIRE_FALSE(invalid);
}

TEST_CASE("chunks are joined") {
    bool invalid = false;
    const std::string text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n";
    REQUIRE(http_response_length(text, invalid) == text.size());
    REQUIRE(http_body(text) == "abcd");
    REQUIRE_FALSE(invalid);
}

TEST_CASE("a response without a length, or that is none, is invalid") {
    bool invalid = false;
    (void)http_response_length("HTTP/1.1 200 OK\r\nx: y\r\n\r\n", invalid);
    REQUIRE(invalid);
    invalid = false;
    (void)http_response_length("SSH-2.0-server", invalid);
    REQUIRE(invalid);
}

TEST_CASE("RESP replies of every kind end where they should") {
    bool invalid = false;
    const std::string message = "*3\r\n$7\r\nmessage\r\n$4\r\nload\r\n$5\r\na\r\nbc\r\n";
    REQUIRE(resp_reply_length(message + ":1\r\n", invalid) == message.size());
    REQUIRE(is_resp_message(message));
    REQUIRE_FALSE(is_resp_message("*3\r\n$9\r\nsubscribe\r\n$4\r\nload\r\n:1\r\n"));
    for (std::size_t n = 0; n < message.size(); ++n) {
        REQUIRE(resp_reply_length(std::string_view(message).substr(0, n), invalid) == 0);
    }
    REQUIRE(resp_reply_length(":1\r\n", invalid) == 4);
    REQUIRE(resp_reply_length("$-1\r\n", invalid) == 5);
    REQUIRE_FALSE(invalid);
    (void)resp_reply_length("?\r\n", invalid);
    REQUIRE(invalid);
}
