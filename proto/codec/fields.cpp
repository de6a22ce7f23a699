#include "proto/codec/fields.hpp"

#include <algorithm>

namespace whispr::codec {

namespace {

constexpr std::int64_t first_second = -62'135'596'800;  // of the year 1
constexpr std::int64_t last_second = 253'402'300'799;   // of the year 9999
constexpr std::int32_t nanoseconds = 1'000'000'000;

}  // namespace

void encode(Time time, google::protobuf::Timestamp& out) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    out.set_seconds(second.time_since_epoch().count());
    out.set_nanos(static_cast<std::int32_t>((time - second).count() * 1000));
}

std::optional<Time> decode_time(const google::protobuf::Timestamp& time) {
    const bool sound = time.seconds() >= first_second && time.seconds() <= last_second &&
                       time.nanos() >= 0 && time.nanos() < nanoseconds;
    if (!sound) return std::nullopt;
    return Time(std::chrono::seconds(time.seconds()) +
                std::chrono::microseconds(time.nanos() / 1000));
}

std::optional<Time> Fields::time(std::string_view field, bool there,
                                 const google::protobuf::Timestamp& time) {
    if (!there) return std::nullopt;
    const auto decoded = decode_time(time);
    if (!decoded) wrong(field, "is invalid");
    return decoded;
}

std::optional<std::chrono::seconds> Fields::duration(std::string_view field, bool there,
                                                     const google::protobuf::Duration& duration) {
    constexpr std::int64_t century = 100LL * 366 * 86'400;
    if (!there) return std::nullopt;
    if (duration.seconds() <= 0 || duration.seconds() > century) {
        wrong(field, "is invalid");
        return std::nullopt;
    }
    return std::chrono::seconds(duration.seconds());
}

std::size_t Fields::limit(std::int32_t given, std::size_t fallback, std::size_t most) {
    if (given < 0) wrong("limit", "is negative");
    if (given <= 0) return fallback;
    return std::min(static_cast<std::size_t>(given), most);
}

std::size_t Fields::offset(std::string_view field, std::int32_t given) {
    if (given < 0) wrong(field, "is negative");
    return given > 0 ? static_cast<std::size_t>(given) : 0;
}

}  // namespace whispr::codec
