#include <catch2/catch.hpp>

#include "net/websocket_codec.hpp"

TEST_CASE("the accept value of RFC 6455's example is found") {
    CHECK(net::websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a key is sixteen bytes in base64") {
    CHECK(net::is_websocket_key("dGhlIHNhbXBsZSBub25jZQ=="));
    CHECK_FALSE(net::is_websocket_key(""));
    CHECK_FALSE(net::is_websocket_key("dGhlIHNhbXBsZSBub25jZQ"));
    CHECK_FALSE(net::is_websocket_key("dGhlIHNhbXBsZSBub25jZSE="));
    CHECK_FALSE(net::is_websocket_key("dGhlIHNhbXBsZSBub25jZ\n=="));
}
