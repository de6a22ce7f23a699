// Runs parse_config() on arguments, an environment and files that a test makes up.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "config_parse.hpp"

namespace edge_test {

using Environment = std::map<std::string, std::string>;

struct ConfigRun {
    std::vector<std::string> flags;  // behind "serve"
    Environment environment;
    std::map<std::string, std::string> files;

    [[nodiscard]] std::variant<edge::Config, edge::ConfigExit> run() const {
        edge::ConfigInput input;
        input.arguments = {"serve"};
        input.arguments.insert(input.arguments.end(), flags.begin(), flags.end());
        input.environment = environment;
        input.environment.emplace("HOME", "/home/alice");
        input.read_file = [this](const std::string& path) -> std::optional<std::string> {
            const auto found = files.find(path);
            if (found == files.end()) return std::nullopt;
            return found->second;
        };
        input.version = "1.2.3";
        return edge::parse_config(input);
    }

    [[nodiscard]] edge::Config config() const {
        auto result = run();
        if (const auto* end = std::get_if<edge::ConfigExit>(&result)) FAIL(end->text);
        return std::get<edge::Config>(std::move(result));
    }

    // What is printed when the process is not to start, and with which code.
    [[nodiscard]] std::string refusal(int code = 2) const {
        auto result = run();
        REQUIRE(std::holds_alternative<edge::ConfigExit>(result));
        CHECK(std::get<edge::ConfigExit>(result).code == code);
        return std::get<edge::ConfigExit>(result).text;
    }
};

}  // namespace edge_test
