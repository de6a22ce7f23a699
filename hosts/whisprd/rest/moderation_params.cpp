#include "rest/moderation_params.hpp"

#include <algorithm>

namespace whisprd::rest {

edge::json::Value either(const Params& params, std::string_view snake, std::string_view camel) {
    const auto value = params.find(snake);
    return value.given() ? value : params.find(camel);
}

std::string_view given_text(std::optional<std::string_view> text) {
    if (!text || text->find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    return *text;
}

std::optional<whispr::ReportStatus> read_status(const Params& params, FieldCheck& check) {
    const auto text = given_text(edge::json::to_text(params.find("status")).value);
    if (text.empty()) return std::nullopt;
    const auto status = whispr::parse_report_status(text);
    if (!status) check.wrong.push_back({"status", "is invalid"});
    return status;
}

std::optional<whispr::ReportCategory> read_category(const Params& params, FieldCheck& check) {
    const auto text = given_text(edge::json::to_text(params.find("category")).value);
    if (text.empty()) return std::nullopt;
    const auto category = whispr::parse_report_category(text);
    if (!category) check.wrong.push_back({"category", "is invalid"});
    return category;
}

std::int64_t read_clamped(const Params& params, std::string_view name, std::int64_t fallback,
                          std::int64_t most) {
    const auto number = edge::json::to_integer(params.find(name)).value;
    return std::clamp<std::int64_t>(number.value_or(fallback), 1, most);
}

edge::json::Cast<whispr::Time> to_exact_time(const edge::json::Value& value) {
    auto time = edge::json::to_time(value);
    if (!time.value) return time;
    // Behind the time of day, where the date's own hyphens are not.
    const std::string_view text = value.text;
    const std::size_t clock = text.find_first_of("Tt ");
    if (text.find_first_of("Zz+-", clock) == std::string_view::npos) return {std::nullopt, true};
    return time;
}

whispr::Time present() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace whisprd::rest
