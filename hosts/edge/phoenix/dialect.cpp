#include "edge/phoenix/dialect.hpp"

namespace edge::phoenix {

namespace {

// A version number's part: digits without a leading zero.
bool take_number(std::string_view& rest) {
    std::size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9')
        ++digits;
    if (digits == 0 || digits > 9 || (digits > 1 && rest.front() == '0')) return false;
    rest.remove_prefix(digits);
    return true;
}

}  // namespace

std::optional<Dialect> dialect_of(std::optional<std::string_view> vsn) {
    if (!vsn) return Dialect::v1;
    const bool newer = vsn->starts_with("2.0.");
    if (!newer && !vsn->starts_with("1.0.")) return std::nullopt;
    std::string_view rest = vsn->substr(4);
    if (!take_number(rest) || !rest.empty()) return std::nullopt;
    return newer ? Dialect::v2 : Dialect::v1;
}

}  // namespace edge::phoenix
