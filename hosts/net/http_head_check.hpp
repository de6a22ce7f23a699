// The strict look at a request head, before any lenient parser sees it.
//
// Two programs that read one head differently is how requests are smuggled past a proxy, so
// everything that could be read in two ways is refused here: bare CR or LF, folded lines, blanks
// around names, two lengths, other codings.
#pragma once

#include <optional>
#include <string_view>

namespace net {

// Why a request is refused, and the status to say it with.
struct HttpFailure {
    unsigned status = 400;
    std::string_view reason;  // static text
};

// `head` is everything up to and including the empty line. Nothing: it may be parsed.
std::optional<HttpFailure> check_head(std::string_view head);

}  // namespace net
