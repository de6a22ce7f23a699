// Every rule is fed something small that breaks it, and something close to it that does not.

#include <catch2/catch.hpp>

#include "dependency_rules.hpp"
#include "header_rules.hpp"
#include "size_rules.hpp"
#include "word_rules.hpp"

using tidy::parse_source;

namespace {

std::vector<std::size_t> function_lengths(std::string_view text) {
    std::vector<std::size_t> lengths;
    for (const auto& function : tidy::functions_of(parse_source("x.cpp", text)))
        lengths.push_back(function.length());
    return lengths;
}
using Lengths = std::vector<std::size_t>;

std::size_t words_found(std::string path, std::string_view text) {
    return tidy::check_words(parse_source(std::move(path), text), tidy::banned_words()).size();
}

const std::vector<std::string> some_files{
    "hosts/edge/log.hpp",
    "hosts/net/frame.hpp",
    "hosts/net/log.hpp",
    "libwhispr/include/whispr/adapters/memory.hpp",
    "libwhispr/include/whispr/ids.hpp",
    "libwhispr/src/engine/lane.hpp",
};
std::size_t dependencies_refused(std::string path, std::string_view text) {
    return tidy::check_dependencies(parse_source(std::move(path), text), some_files, tidy::layers())
        .size();
}

}  // namespace

TEST_CASE("code and comments are told apart") {
    const auto file = parse_source("x.cpp",
                                   "int a; // one\n"
                                   "auto b = \"// no\"; /* two\n"
                                   "three */ int c = 1'000; char d = '\"';\n"
                                   "auto e = R\"x(\" // no )x\"; // four\n");
    REQUIRE(file.lines.size() == 4);
    CHECK(file.code[0] == "int a;       ");
    CHECK(tidy::trimmed(file.comments[0]) == "// one");
    CHECK(file.code[1].find("no") == std::string::npos);
    CHECK(tidy::trimmed(file.comments[1]) == "/* two");
    CHECK(tidy::trimmed(file.comments[2]) == "three */");
    CHECK(tidy::trimmed(file.code[2]) == "int c = 1'000; char d = ' ';");
    CHECK(tidy::trimmed(file.comments[3]) == "// four");
    CHECK(file.code[3].find("no") == std::string::npos);
}

TEST_CASE("includes are read with their line, but not from comments") {
    const auto includes = tidy::includes_of(
        parse_source("x.cpp", "#include <vector>\n//#include <map>\n# include \"a/b.hpp\"\n"));
    REQUIRE(includes.size() == 2);
    CHECK(includes[0].target == "vector");
    CHECK_FALSE(includes[0].quoted);
    CHECK(includes[1].target == "a/b.hpp");
    CHECK(includes[1].line == 3);
}

TEST_CASE("a function is measured from its declaration to its brace") {
    CHECK(function_lengths("void f() {\n  if (x) {\n  }\n}\n") == Lengths{4});
    CHECK(
        function_lengths("template <class T>\nstatic int\ng(T t)\n{\n}\nint h() { return 1; }\n") ==
        Lengths{5, 1});
    CHECK(
        function_lengths(
            "namespace a {\nclass B : public C<D> {\n public:\n  void m() const {\n  }\n};\n}\n") ==
        Lengths{2});
    CHECK(function_lengths("bool operator==(A a, B b) {\n return a.x == b.x;\n}\n") == Lengths{3});
    CHECK(function_lengths("TEST_CASE(\"a { b\") {\n auto f = [] {\n };\n}\n") == Lengths{4});
}

TEST_CASE("an initialiser list belongs to its constructor") {
    CHECK(function_lengths(
              "A::A(int x)\n    : a_{x},\n      b_(x),\n      c_{x} {\n  work();\n}\n") ==
          Lengths{6});
}

TEST_CASE("a default argument is not a function") {
    CHECK(function_lengths("void f(Options o = {},\n  int b = 2) {\n  g();\n}\n") == Lengths{4});
}

TEST_CASE("values, types and declarations are not functions") {
    CHECK(
        function_lengths("constexpr int table[] = {\n1,\n2};\nint x{3};\nvoid f(Options o = {});\n")
            .empty());
    CHECK(
        function_lengths("enum class E {\n a,\n b\n};\nstruct [[nodiscard]] S {\n int x = 0;\n};\n")
            .empty());
    CHECK(function_lengths("#define M(x) { \\\n x }\n").empty());
}

TEST_CASE("a long function and a long file are found") {
    const auto file = parse_source("x.cpp", "void f() {\n\n\n\n}\n");
    CHECK(tidy::check_function_length(file, 5).empty());
    CHECK(tidy::check_function_length(file, 4).size() == 1);
    CHECK(tidy::check_file_length(file, 5).empty());
    CHECK(tidy::check_file_length(file, 4).size() == 1);
}

TEST_CASE("banned words are found in code") {
    CHECK(words_found("hosts/a.cpp", "std::cout << std::endl;") == 1);
    CHECK(words_found("hosts/a.cpp", "using namespace std;") == 1);
    CHECK(words_found("hosts/a.cpp", "using namespace std::chrono_literals;") == 0);
    CHECK(words_found("hosts/a.cpp", "#include <boost/asio.hpp>") == 1);
    CHECK(words_found("hosts/a.cpp", "#include <boost/asio/post.hpp>") == 0);
    CHECK(words_found("hosts/a.cpp", "assert(x); static_assert(true);") == 1);
    CHECK(words_found("hosts/a.cpp", "log(\"std::endl\"); // std::endl") == 0);
}

TEST_CASE("notes to do something later are found in comments") {
    CHECK(words_found("hosts/a.cpp", "// TODO later") == 1);
    CHECK(words_found("hosts/a.cpp", "/* FIXME */") == 1);
    CHECK(words_found("hosts/a.cpp", "// TODOS are a noun") == 0);
}

TEST_CASE("unit and contract tests neither sleep nor look at a clock") {
    CHECK(words_found("tests/unit/a.cpp", "std::this_thread::sleep_for(1ms);") == 1);
    CHECK(words_found("tests/contract/a.cpp", "auto t = std::chrono::system_clock::now();") == 1);
    CHECK(words_found("tests/net/a.cpp", "std::this_thread::sleep_for(1ms);") == 0);
}

TEST_CASE("in the core only three concepts lock, and through the wrapper") {
    CHECK(words_found("libwhispr/src/engine/mutex.hpp", "std::mutex mutex_;") == 0);
    CHECK(words_found("libwhispr/src/engine/lane.cpp", "Mutex mutex_;") == 0);
    CHECK(words_found("libwhispr/src/engine/lane.cpp", "std::mutex mutex_;") == 1);
    CHECK(words_found("libwhispr/src/messages/send_message.cpp", "Mutex mutex_;") == 1);
    CHECK(words_found("libwhispr/src/messages/lane.cpp", "Mutex mutex_;") == 1);
}

TEST_CASE("names that say a kind are found in any part of a path") {
    CHECK(tidy::check_name("src/utils/a.cpp").size() == 1);
    CHECK(tidy::check_name("src/string_utils.cpp").size() == 1);
    CHECK(tidy::check_name("src/misc.hpp").size() == 1);
    CHECK(tidy::check_name("src/commons_gate.cpp").empty());
    CHECK(tidy::check_name("src/conversations/members.cpp").empty());
}

TEST_CASE("an include means the nearest file with that ending") {
    CHECK(tidy::resolve("hosts/edge/a.cpp", "log.hpp", some_files) == "hosts/edge/log.hpp");
    CHECK(tidy::resolve("hosts/net/a.cpp", "log.hpp", some_files) == "hosts/net/log.hpp");
    CHECK(tidy::resolve("hosts/edge/a.cpp", "net/frame.hpp", some_files) == "hosts/net/frame.hpp");
    CHECK(tidy::resolve("hosts/edge/a.cpp", "rame.hpp", some_files).empty());
}

TEST_CASE("dependencies that the table allows pass") {
    CHECK(dependencies_refused(
              "libwhispr/src/engine/a.cpp",
              "#include <vector>\n#include \"engine/lane.hpp\"\n#include \"whispr/ids.hpp\"\n") ==
          0);
    CHECK(dependencies_refused("hosts/edge/a.cpp",
                               "#include \"net/frame.hpp\"\n#include <fmt/format.h>\n") == 0);
    CHECK(dependencies_refused("libwhispr/src/metadata/a.cpp",
                               "#include <boost/json/parse.hpp>\n") == 0);
    CHECK(dependencies_refused("bench/a.cpp",
                               "#include <sqlite3.h>\n#include \"engine/lane.hpp\"\n") == 0);
    CHECK(dependencies_refused("hosts/whisprd/app.cpp",
                               "#include \"whispr/adapters/memory.hpp\"\n") == 0);
}

TEST_CASE("dependencies that the table does not know are refused") {
    CHECK(dependencies_refused("libwhispr/src/engine/a.cpp", "#include <boost/asio/post.hpp>\n") ==
          1);
    CHECK(dependencies_refused("libwhispr/src/engine/a.cpp",
                               "#include \"whispr/adapters/memory.hpp\"\n") == 1);
    CHECK(dependencies_refused("libwhispr/include/whispr/a.hpp",
                               "#include \"engine/lane.hpp\"\n") == 1);
    CHECK(dependencies_refused("libwhispr/adapters/memory/a.cpp",
                               "#include \"engine/lane.hpp\"\n") == 1);
    CHECK(dependencies_refused("hosts/net/a.cpp", "#include \"whispr/ids.hpp\"\n") == 1);
    CHECK(dependencies_refused("hosts/net/a.cpp", "#include \"edge/log.hpp\"\n") == 1);
    CHECK(dependencies_refused("hosts/edge/a.cpp", "#include \"engine/lane.hpp\"\n") == 1);
    CHECK(dependencies_refused("hosts/edge/a.cpp", "#include \"nowhere.hpp\"\n") == 1);
    CHECK(dependencies_refused("hosts/edge/a.cpp", "#include \"../net/frame.hpp\"\n") == 1);
    CHECK(dependencies_refused("bench/a.cpp", "#include <unknown/a.hpp>\n") == 1);
    CHECK(dependencies_refused("somewhere/a.cpp", "#include <vector>\n") == 1);
}

TEST_CASE("a public header must introduce itself") {
    const auto findings = [](std::string_view text) {
        return tidy::check_public_header(parse_source("libwhispr/include/whispr/a.hpp", text))
            .size();
    };
    CHECK(findings(
              "// What it is.\n#pragma once\n#include <vector>\n#include \"whispr/ids.hpp\"\n") ==
          0);
    CHECK(findings("#pragma once\n\n// What it is.\n\nint a;\n") == 0);
    CHECK(findings("#pragma once\nint a;\n") == 1);
    CHECK(findings("// What it is.\nint a;\n") == 1);
    CHECK(findings("// What it is.\n#pragma once\n#include <fmt/format.h>\n") == 1);
    CHECK(findings("//1\n//2\n//3\n//4\n//5\n//6\n//7\n//8\n//9\n#pragma once\n") == 1);
}
