#include "page/replay.hpp"

#include <charconv>
#include <string_view>

#include "meter/give_up.hpp"

namespace bench {

namespace {

// Reads one literal from the front of `text` and removes it.
class Literal {
 public:
    explicit Literal(std::string_view& text) : text_(text) {}

    Parameter read() {
        if (text_.starts_with("NULL")) {
            text_.remove_prefix(4);
            return std::monostate{};
        }
        if (text_.starts_with('\'')) return quoted();
        if (text_.starts_with("x'")) return hexadecimal();
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(text_.data(), text_.data() + text_.size(), number);
        if (error != std::errc()) give_up("not a literal: " + std::string(text_.substr(0, 40)));
        text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
        return number;
    }

 private:
    Parameter quoted() {
        std::string value;
        std::size_t at = 1;
        for (;; ++at) {
            if (text_.at(at) == '\'' && text_.substr(at + 1, 1) != "'") break;
            if (text_[at] == '\'') ++at;
            value += text_[at];
        }
        text_.remove_prefix(at + 1);
        return value;
    }
    Parameter hexadecimal() {
        std::vector<std::uint8_t> bytes;
        std::size_t at = 2;
        for (; text_.at(at) != '\''; at += 2) {
            std::uint8_t byte = 0;
            std::from_chars(text_.data() + at, text_.data() + at + 2, byte, 16);
            bytes.push_back(byte);
        }
        text_.remove_prefix(at + 1);
        return bytes;
    }

    std::string_view& text_;
};

void bind(RawStatement& statement, int at, const Parameter& parameter) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
        statement.bind(at, *number);
    } else if (const auto* text = std::get_if<std::string>(&parameter)) {
        statement.bind_text(at, *text);
    } else if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&parameter)) {
        statement.bind_blob(at, *bytes);
    } else {
        statement.bind_null(at);
    }
}

}  // namespace

std::vector<Parameter> parameters_of(const SeenStatement& seen) {
    std::vector<Parameter> parameters;
    std::string_view sql = seen.sql;
    std::string_view filled = seen.filled_in;
    while (!sql.empty()) {
        const std::size_t at = std::min(sql.find('?'), sql.size());
        if (filled.substr(0, at) != sql.substr(0, at)) give_up("not filled in: " + seen.sql);
        sql.remove_prefix(at);
        filled.remove_prefix(at);
        if (sql.empty()) break;
        std::size_t number = 0;
        const auto end = std::from_chars(sql.data() + 1, sql.data() + sql.size(), number).ptr;
        if (number == 0 || number > 100) give_up("a parameter without a number: " + seen.sql);
        sql.remove_prefix(static_cast<std::size_t>(end - sql.data()));
        if (parameters.size() < number) parameters.resize(number);
        parameters[number - 1] = Literal(filled).read();
    }
    return parameters;
}

void Replay::add(const std::vector<SeenStatement>& statements) {
    std::vector<Step> steps;
    for (const SeenStatement& seen : statements) {
        auto& statement = prepared_[seen.sql];
        if (!statement) {
            statement = std::make_unique<RawStatement>(database_.prepare(seen.sql));
        }
        steps.push_back({statement.get(), parameters_of(seen)});
    }
    calls_.push_back(std::move(steps));
}

std::uint64_t Replay::run(std::size_t call) {
    std::uint64_t sum = 0;
    for (const Step& step : calls_[call]) {
        for (std::size_t i = 0; i < step.parameters.size(); ++i) {
            bind(*step.statement, static_cast<int>(i) + 1, step.parameters[i]);
        }
        sum += step.statement->run();
    }
    return sum;
}

}  // namespace bench
