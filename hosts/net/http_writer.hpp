// The head of an HTTP answer as bytes.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "net/http_message.hpp"

namespace net {

// What the request decides about the form of its answer.
struct AnswerForm {
    bool is_head = false;  // the request was HEAD: no body, its length all the same
    bool keep_alive = false;
    unsigned version = 11;
};

// "Date: ...", made anew once a second. One thread at a time.
class DateHeader {
 public:
    std::string_view at(std::time_t now);

 private:
    std::time_t shown_ = -1;
    std::string text_;
};

// How long the body of this answer is, whether it is sent or not.
std::uint64_t body_size(const HttpResponse& response);

// Is a body of this answer sent?
bool has_body(const HttpResponse& response, const AnswerForm& form);

// Status line and headers, with Content-Length, Date and Connection, up to the empty line.
std::string write_head(const HttpResponse& response, const AnswerForm& form, std::string_view date);

}  // namespace net
