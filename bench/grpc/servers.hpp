// The two servers that are compared, each in a process of its own. Both answer the same bytes: Echo
// with the content it was sent, Feed with so many events of 200 bytes.
#pragma once

#include <string>

namespace bench_grpc {

// Listens on a port of its own choice, prints "PORT TOKEN" on standard output, and serves until
// standard input ends.
int serve_bare();
int serve_whispr(const std::string& folder);

}  // namespace bench_grpc
