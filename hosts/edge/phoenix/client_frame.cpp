#include "edge/phoenix/client_frame.hpp"

#include "edge/json/text.hpp"

namespace edge::phoenix {

namespace {

using json::Kind;
using json::Node;
using json::Value;

// A ref's JSON text, as it came.
struct Ref {
    std::string_view text = "null";
    bool good = true;
};

Ref ref_of(const Value& value, std::size_t most) {
    switch (value.kind) {
        case Kind::absent:
        case Kind::null:
            return {};
        case Kind::number:
            return {value.text, value.text.size() <= most};
        case Kind::string:
            return {value.node->source, value.node->source.size() <= most};
        default:
            return {"null", false};
    }
}

DecodedFrame finish(const Value& join_ref, const Value& ref, ClientFrame frame, bool well_formed) {
    const Ref joined = ref_of(join_ref, max_join_ref_bytes);
    const Ref own = ref_of(ref, max_ref_bytes);
    frame.join_ref = joined.good ? joined.text : "null";
    frame.ref = own.good ? own.text : "null";
    if (well_formed && joined.good && own.good) return {FrameFault::none, frame};
    const bool answerable = own.good && own.text != "null";
    return {answerable ? FrameFault::malformed : FrameFault::unreadable, frame};
}

DecodedFrame decode_array(const Value& root) {
    // The first five children, without collecting all.
    Value parts[5];
    std::size_t count = 0;
    const Node* end = root.node + root.node->size;
    for (const Node* child = root.node + 1; child < end && count < 5; child += child->size) {
        parts[count++] = child->value();
    }
    ClientFrame frame;
    frame.topic = parts[2].text;
    frame.event = parts[3].text;
    frame.payload = parts[4];
    const bool texts = parts[2].kind == Kind::string && parts[3].kind == Kind::string;
    if (!texts) frame.topic = frame.event = {};
    return finish(parts[0], parts[1], frame, count == 5 && texts);
}

DecodedFrame decode_object(const Value& root) {
    const Value topic = root.find("topic");
    const Value event = root.find("event");
    const Value ref = root.find("ref");
    ClientFrame frame;
    frame.payload = root.find("payload");
    const bool texts = topic.kind == Kind::string && event.kind == Kind::string;
    if (texts) {
        frame.topic = topic.text;
        frame.event = event.text;
    }
    const bool complete = frame.payload.kind != Kind::absent && ref.kind != Kind::absent;
    return finish(root.find("join_ref"), ref, frame, texts && complete);
}

}  // namespace

DecodedFrame decode_text(json::Document& document, std::string_view text, Dialect dialect) {
    if (!document.read(text)) return {};
    const Value root = document.root();
    const Kind expected = dialect == Dialect::v2 ? Kind::array : Kind::object;
    if (root.kind != expected) return {};
    return dialect == Dialect::v2 ? decode_array(root) : decode_object(root);
}

DecodedFrame decode_binary(std::span<const std::byte> bytes, Dialect dialect, BinaryRefs& storage) {
    constexpr std::size_t head = 5;
    if (dialect != Dialect::v2 || bytes.size() < head || bytes[0] != std::byte{0}) return {};
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::string_view parts[4];
    std::size_t at = head;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto length = std::to_integer<std::size_t>(bytes[i + 1]);
        if (rest.size() - at < length) return {};
        parts[i] = rest.substr(at, length);
        at += length;
        if (!json::is_utf8(parts[i])) return {};
    }
    const auto keep = [](std::string& place, std::string_view ref) {
        place.clear();
        if (ref.empty()) {
            place = "null";
        } else {
            json::write_text(place, ref);
        }
    };
    keep(storage.join_ref, parts[0]);
    keep(storage.ref, parts[1]);
    ClientFrame frame;
    frame.join_ref = storage.join_ref;
    frame.ref = storage.ref;
    frame.topic = parts[2];
    frame.event = parts[3];
    frame.binary = true;
    return {FrameFault::none, frame};
}

}  // namespace edge::phoenix
