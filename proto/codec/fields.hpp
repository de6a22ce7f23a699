// Reads the fields of a request: ids, times and enumerations, and collects what is wrong with them.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/error.hpp"
#include "whispr/ids.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr::codec {

/// Microseconds are kept, finer parts are cut off.
void encode(Time time, google::protobuf::Timestamp& out);
/// Nothing for a time outside of the years 1 to 9999.
[[nodiscard]] std::optional<Time> decode_time(const google::protobuf::Timestamp& time);

/// One thread.
class Fields {
 public:
    /// The id, or the nil one after noting that the text is none.
    template <class Id>
    [[nodiscard]] Id id(std::string_view field, std::string_view text) {
        if (const auto parsed = Id::parse(text)) return *parsed;
        wrong(field, text.empty() ? "can't be blank" : "is not a UUID");
        return Id{};
    }
    /// Nothing when it is not there.
    template <class Id>
    [[nodiscard]] std::optional<Id> optional_id(std::string_view field, bool there,
                                                std::string_view text) {
        if (!there) return std::nullopt;
        return id<Id>(field, text);
    }
    [[nodiscard]] std::optional<Time> time(std::string_view field, bool there,
                                           const google::protobuf::Timestamp& time);
    [[nodiscard]] std::optional<std::chrono::seconds> duration(
        std::string_view field, bool there, const google::protobuf::Duration& duration);
    /// A number that is not negative. 0 is `fallback`, what is more than `most` is `most`.
    [[nodiscard]] std::size_t limit(std::int32_t given, std::size_t fallback, std::size_t most);
    [[nodiscard]] std::size_t offset(std::string_view field, std::int32_t given);
    /// JSON text; the empty one is an empty object.
    [[nodiscard]] static std::string object_or_empty(const std::string& text) {
        return text.empty() ? "{}" : text;
    }

    void wrong(std::string_view field, std::string_view what) {
        wrong_.push_back({std::string(field), std::string(what)});
    }

    /// The command, or `invalid` with all that is wrong.
    template <class Command>
    [[nodiscard]] Result<Command> finish(Command command) {
        if (wrong_.empty()) return command;
        return Error{Errc::invalid, "fields of the request are wrong", std::move(wrong_)};
    }

 private:
    std::vector<FieldError> wrong_;
};

}  // namespace whispr::codec
