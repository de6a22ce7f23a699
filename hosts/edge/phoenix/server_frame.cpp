#include "edge/phoenix/server_frame.hpp"

#include "edge/json/text.hpp"

namespace edge::phoenix {

namespace {

// V1 objects are written with their payload last, so that both dialects are written in one pass.
void open_v1(std::string& out, std::string_view ref, std::string_view topic,
             std::string_view event) {
    out += R"({"ref":)";
    out += ref;
    out += R"(,"topic":)";
    json::write_text(out, topic);
    out += R"(,"event":")";
    out += event;
    out += R"(","payload":)";
}

void open_v2(std::string& out, std::string_view join_ref, std::string_view ref,
             std::string_view topic, std::string_view event) {
    out += '[';
    out += join_ref;
    out += ',';
    out += ref;
    out += ',';
    json::write_text(out, topic);
    out += R"(,")";
    out += event;
    out += R"(",)";
}

}  // namespace

void open_reply(std::string& out, Dialect dialect, std::string_view join_ref, std::string_view ref,
                std::string_view topic, Status status) {
    if (dialect == Dialect::v2) {
        open_v2(out, join_ref, ref, topic, "phx_reply");
    } else {
        open_v1(out, ref, topic, "phx_reply");
    }
    out +=
        status == Status::ok ? R"({"status":"ok","response":)" : R"({"status":"error","response":)";
}

void close_reply(std::string& out, Dialect dialect) {
    out += '}';
    close_push(out, dialect);
}

void open_push(std::string& out, Dialect dialect, std::string_view join_ref, std::string_view ref,
               std::string_view topic, std::string_view event) {
    if (dialect == Dialect::v2) {
        open_v2(out, join_ref, ref, topic, event);
    } else {
        open_v1(out, "null", topic, event);
    }
}

void close_push(std::string& out, Dialect dialect) {
    out += dialect == Dialect::v2 ? ']' : '}';
}

AroundId around_user_id(Dialect dialect, std::string_view event, std::string_view payload) {
    AroundId around;
    if (dialect == Dialect::v2) {
        around.before = R"([null,null,"user:)";
        around.after = R"(",")";
    } else {
        around.before = R"({"ref":null,"topic":"user:)";
        around.after = R"(","event":")";
    }
    around.after += event;
    around.after += dialect == Dialect::v2 ? R"(",)" : R"(","payload":)";
    around.after += payload;
    close_push(around.after, dialect);
    return around;
}

}  // namespace edge::phoenix
