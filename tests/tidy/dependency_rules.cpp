#include "dependency_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tidy {
namespace {

constexpr std::string_view public_headers = "libwhispr/include";
constexpr std::string_view adapter_headers = "libwhispr/include/whispr/adapters";

// An empty name stands for all folders, or for all libraries.
constexpr std::string_view everything;

// What one folder below hosts/edge and the hosts needs for configuration, logs, metrics, JSON and
// tokens.
const std::vector<std::string_view> host_libraries{
    "boost",        "boost.json", "fmt",  "spdlog",     "simdjson", "cli11",
    "tomlplusplus", "openssl",    "curl", "prometheus", "posix"};

// Written by the build, so no file of the repository answers to the name.
constexpr std::array<std::string_view, 4> generated{"api_files.hpp", "migrations.hpp",
                                                    "page_files.hpp", "version.hpp"};

constexpr std::array<std::string_view, 99> standard_headers{"algorithm",
                                                            "any",
                                                            "array",
                                                            "atomic",
                                                            "barrier",
                                                            "bit",
                                                            "bitset",
                                                            "cassert",
                                                            "cctype",
                                                            "cerrno",
                                                            "cfenv",
                                                            "cfloat",
                                                            "charconv",
                                                            "chrono",
                                                            "cinttypes",
                                                            "climits",
                                                            "clocale",
                                                            "cmath",
                                                            "codecvt",
                                                            "compare",
                                                            "complex",
                                                            "concepts",
                                                            "condition_variable",
                                                            "coroutine",
                                                            "csetjmp",
                                                            "csignal",
                                                            "cstdarg",
                                                            "cstddef",
                                                            "cstdint",
                                                            "cstdio",
                                                            "cstdlib",
                                                            "cstring",
                                                            "ctime",
                                                            "cuchar",
                                                            "cwchar",
                                                            "cwctype",
                                                            "deque",
                                                            "exception",
                                                            "execution",
                                                            "filesystem",
                                                            "format",
                                                            "forward_list",
                                                            "fstream",
                                                            "functional",
                                                            "future",
                                                            "initializer_list",
                                                            "iomanip",
                                                            "ios",
                                                            "iosfwd",
                                                            "iostream",
                                                            "istream",
                                                            "iterator",
                                                            "latch",
                                                            "limits",
                                                            "list",
                                                            "locale",
                                                            "map",
                                                            "memory",
                                                            "memory_resource",
                                                            "mutex",
                                                            "new",
                                                            "numbers",
                                                            "numeric",
                                                            "optional",
                                                            "ostream",
                                                            "queue",
                                                            "random",
                                                            "ranges",
                                                            "ratio",
                                                            "regex",
                                                            "scoped_allocator",
                                                            "semaphore",
                                                            "set",
                                                            "shared_mutex",
                                                            "source_location",
                                                            "span",
                                                            "sstream",
                                                            "stack",
                                                            "stdexcept",
                                                            "stop_token",
                                                            "streambuf",
                                                            "string",
                                                            "string_view",
                                                            "strstream",
                                                            "syncstream",
                                                            "system_error",
                                                            "thread",
                                                            "tuple",
                                                            "type_traits",
                                                            "typeindex",
                                                            "typeinfo",
                                                            "unordered_map",
                                                            "unordered_set",
                                                            "utility",
                                                            "valarray",
                                                            "variant",
                                                            "vector",
                                                            "version"};

struct Library {
    std::string_view prefix;
    std::string_view name;
};
constexpr std::array<Library, 42> libraries{{
    // Made by protoc, or part of its runtime.
    {"google/", "protobuf"},
    {"whispr/v1/", "protobuf"},
    {"grpcpp/", "grpc"},
    {"grpc/support", "grpc"},
    {"boost/json", "boost.json"},
    {"boost/", "boost"},
    {"websocketpp/", "websocketpp"},
    {"openssl/", "openssl"},
    {"simdjson.h", "simdjson"},
    {"utf8proc.h", "utf8proc"},
    {"sqlite3.h", "sqlite"},
    {"libpq-fe.h", "libpq"},
    {"libpq/", "libpq"},
    {"postgresql/", "libpq"},
    {"hiredis/", "hiredis"},
    {"fmt/", "fmt"},
    {"spdlog/", "spdlog"},
    {"CLI/", "cli11"},
    {"toml++/", "tomlplusplus"},
    {"curl/", "curl"},
    {"prometheus/", "prometheus"},
    {"zlib.h", "zlib"},
    {"vips/", "vips"},
    {"catch2/", "catch2"},
    {"benchmark/", "benchmark"},
    {"sys/", "posix"},
    {"stdlib.h", "posix"},
    {"time.h", "posix"},
    {"netinet/", "posix"},
    {"arpa/", "posix"},
    {"linux/", "posix"},
    {"unistd.h", "posix"},
    {"fcntl.h", "posix"},
    {"dirent.h", "posix"},
    {"signal.h", "posix"},
    {"poll.h", "posix"},
    {"netdb.h", "posix"},
    {"pthread.h", "posix"},
    {"dlfcn.h", "posix"},
    {"spawn.h", "posix"},
    {"malloc.h", "posix"},
    {"sanitizer/", "posix"},
}};

std::vector<Layer> make_layers() {
    return {
        {public_headers, {}, {}},
        {"libwhispr/src", {public_headers}, {"boost.json", "utf8proc"}},
        {"libwhispr/adapters/memory", {public_headers}, {}},
        {"libwhispr/adapters/local", {public_headers}, {"posix"}},
        {"libwhispr/adapters/sql", {public_headers}, {}},
        {"libwhispr/adapters/sqlite",
         {public_headers, "libwhispr/adapters/sql"},
         {"sqlite", "posix"}},
        {"libwhispr/adapters/postgres",
         {public_headers, "libwhispr/adapters/sql"},
         {"libpq", "posix"}},
        {"libwhispr/adapters/redis", {public_headers}, {"hiredis", "boost", "posix"}},
        {"libwhispr/adapters/blobs", {public_headers}, {"curl", "openssl", "posix"}},
        {"hosts/net", {}, {"boost", "websocketpp", "openssl", "zlib", "simdjson", "posix"}},
        {"proto/codec", {public_headers}, {"protobuf"}},
        {"proto/client", {public_headers, "proto/codec"}, {"protobuf", "grpc"}},
        {"hosts/edge", {public_headers, "hosts/net"}, host_libraries},
        {"hosts/whisprd",
         {public_headers, "hosts/edge", "hosts/net", "hosts/whispr/migrate"},
         host_libraries},
        {"hosts/whisprd/thumbnail", {}, {"vips", "posix"}},
        {"hosts/whisprd/grpc",
         {public_headers, "proto/codec", "hosts/edge", "hosts/net", "hosts/whisprd"},
         {"protobuf", "grpc"}},
        {"hosts/whispr", {public_headers, "hosts/edge", "hosts/net"}, host_libraries},
        {"hosts/whispr/import", {public_headers, "hosts/whispr"}, {"cli11", "openssl", "libpq"}},
        {"examples", {public_headers}, {}},
        {"examples/grpc_cpp", {"proto/client"}, {"protobuf"}},
        {"bench", {everything}, {everything}},
        {"tests", {everything}, {everything}},
        {"tests/unit", {"libwhispr", "tests/support"}, {"catch2", "boost.json", "utf8proc"}},
        {"tests/contract",
         {public_headers, "tests/support", "libwhispr/adapters"},
         {"catch2", "sqlite", "libpq", "curl", "posix"}},
        {"tests/net",
         {"hosts/net", "tests/support"},
         {"catch2", "boost", "openssl", "zlib", "posix", "websocketpp"}},
        {"tests/tidy", {}, {"catch2"}},
        {"tests/consumer", {public_headers}, {}},
    };
}

const Layer* layer_of(std::string_view path, const std::vector<Layer>& table) {
    const Layer* found = nullptr;
    for (const auto& layer : table) {
        if (is_below(path, layer.folder) && (!found || layer.folder.size() > found->folder.size()))
            found = &layer;
    }
    return found;
}

// How many folders two paths share from the root on.
std::size_t shared_folders(std::string_view a, std::string_view b) {
    std::size_t folders = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i)
        folders += a[i] == '/' ? 1 : 0;
    return folders;
}

// Adapters are named where the parts are put together, nowhere in what they plug into.
bool may_name_adapters(std::string_view from) {
    constexpr std::array<std::string_view, 3> forbidden{"libwhispr/src", "hosts/net", "hosts/edge"};
    return std::none_of(forbidden.begin(), forbidden.end(),
                        [from](std::string_view folder) { return is_below(from, folder); });
}

bool is_listed(std::string_view name, const std::vector<std::string_view>& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

const std::vector<Layer>& layers() {
    static const auto table = make_layers();
    return table;
}

bool is_standard_header(std::string_view target) noexcept {
    return std::find(standard_headers.begin(), standard_headers.end(), target) !=
           standard_headers.end();
}

std::string_view library_of(std::string_view target) noexcept {
    const auto found = std::find_if(
        libraries.begin(), libraries.end(),
        [target](const Library& library) { return target.starts_with(library.prefix); });
    return found == libraries.end() ? std::string_view{} : found->name;
}

std::string_view resolve(std::string_view from, std::string_view target,
                         const std::vector<std::string>& files) {
    std::string_view best;
    for (const auto& file : files) {
        if (!file.ends_with(target)) continue;
        if (file.size() > target.size() && file[file.size() - target.size() - 1] != '/') continue;
        const bool nearer =
            shared_folders(from, file) > shared_folders(from, best) ||
            (shared_folders(from, file) == shared_folders(from, best) && file.size() < best.size());
        if (best.empty() || nearer) best = file;
    }
    return best;
}

Findings check_dependencies(const SourceFile& file, const std::vector<std::string>& files,
                            const std::vector<Layer>& table) {
    const auto* layer = layer_of(file.path, table);
    if (!layer) return {{file.path, 0, "lies in no folder that the table of dependencies knows"}};

    Findings findings;
    for (const auto& include : includes_of(file)) {
        const std::string_view target = include.target;
        const auto complain = [&](const std::string& what) {
            findings.push_back(
                {file.path, include.line, "includes '" + include.target + "', " + what});
        };
        if (is_standard_header(target) || is_listed(target, {generated.begin(), generated.end()}))
            continue;
        if (target.find("../") != std::string_view::npos) {
            complain("which climbs; write it from the root of its include folder");
        } else if (const auto library = library_of(target); !library.empty()) {
            if (!is_listed(library, layer->libraries) && !is_listed(everything, layer->libraries)) {
                complain("but " + std::string(layer->folder) + " does not depend on " +
                         std::string(library));
            }
        } else if (const auto ours = resolve(file.path, target, files); ours.empty()) {
            complain("which is neither a file here nor a library in the table");
        } else if (is_below(ours, adapter_headers) && !may_name_adapters(file.path)) {
            complain("but adapters are named by hosts, examples, benchmarks and tests alone");
        } else if (!is_below(ours, layer->folder) && !is_listed(everything, layer->folders) &&
                   std::none_of(
                       layer->folders.begin(), layer->folders.end(),
                       [ours](std::string_view folder) { return is_below(ours, folder); })) {
            complain("but " + std::string(layer->folder) + " may not use " + std::string(ours));
        }
    }
    return findings;
}

}  // namespace tidy
