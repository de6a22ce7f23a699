#include "word_rules.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace tidy {
namespace {

const std::vector<std::string_view> without_clock{"tests/unit", "tests/contract"};
const std::vector<std::string_view> product{"libwhispr", "hosts"};
const std::vector<std::string_view> wrapped{"libwhispr/src", "hosts/net"};
const std::vector<std::string_view> core{"libwhispr/src"};

// Where the standard ones are wrapped, and who uses the wrapper in the core: what stands between
// threads and a lane or a reader, so never a use case (each of them with header and source).
const std::vector<std::string_view> lock_wrappers{"libwhispr/src/engine/mutex", "hosts/net/mutex"};
const std::vector<std::string_view> lock_users{"libwhispr/src/engine/mutex",
                                               "libwhispr/src/engine/lane",
                                               "libwhispr/src/engine/sessions",
                                               "libwhispr/src/engine/event_queue",
                                               "libwhispr/src/engine/readers",
                                               "libwhispr/src/engine/fanout",
                                               "libwhispr/src/engine/timer_gate",
                                               "libwhispr/src/engine/due",
                                               "libwhispr/src/engine/cluster",
                                               "libwhispr/src/receipts/receipt_windows",
                                               "libwhispr/src/search/indexer",
                                               "libwhispr/src/search/index_run",
                                               "libwhispr/src/attachments/blob_collector"};

BannedWord anywhere(std::string_view word, std::string_view instead) {
    return {word, instead};
}
BannedWord even_in_comments(std::string_view word, std::string_view instead) {
    return {word, instead, true};
}

bool applies(const BannedWord& word, std::string_view path) {
    const auto covers = [path](std::string_view entry) {
        return is_below(path, entry) || is_below(path.substr(0, path.rfind('.')), entry);
    };
    if (std::any_of(word.excepted.begin(), word.excepted.end(), covers)) return false;
    return word.folders.empty() || std::any_of(word.folders.begin(), word.folders.end(), covers);
}

bool contains(std::string_view line, std::string_view word) {
    for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool starts =
            at == 0 || !is_identifier_char(line[at - 1]) || !is_identifier_char(word.front());
        const bool ends = end == line.size() || !is_identifier_char(line[end]) ||
                          !is_identifier_char(word.back());
        if (starts && ends) return true;
    }
    return false;
}

std::vector<BannedWord> make_banned_words() {
    std::vector<BannedWord> words{
        even_in_comments("TODO", "do it, or leave it out"),
        even_in_comments("FIXME", "fix it, or say in a sentence why it is so"),
        even_in_comments("XXX", "a sentence that says what the reader must know"),
        anywhere("std::endl", "'\\n': it also flushes"),
        anywhere("using namespace std;", "the name with std:: before it"),
        anywhere("boost/asio.hpp",
                 "the header of what is used: the whole takes eleven seconds a file"),
        anywhere("boost/beast.hpp", "the header of what is used"),
        anywhere("rand", "the id generator port, or a seeded engine"),
        anywhere("strtok", "std::string_view"),
        anywhere("sprintf", "fmt::format_to_n, or std::to_chars"),
        anywhere("co_await", "callbacks: g++ 12 miscompiles coroutines"),
    };
    words.push_back({"assert", "a check that is always on, or a Result", false, product});
    for (const auto* sleep : {"sleep_for", "sleep_until", "usleep", "nanosleep"}) {
        words.push_back({sleep, "the inline executor and its advance()", false, without_clock});
    }
    for (const auto* clock : {"system_clock::now", "steady_clock::now", "high_resolution_clock"}) {
        words.push_back({clock, "a clock that the test sets", false, without_clock});
    }
    for (const auto* lock :
         {"std::mutex", "std::shared_mutex", "std::recursive_mutex", "std::lock_guard",
          "std::unique_lock", "std::scoped_lock", "std::condition_variable"}) {
        words.push_back(
            {lock, "the annotated wrapper, which clang checks", false, wrapped, lock_wrappers});
    }
    words.push_back({"Mutex", "a lane, which needs no lock", false, core, lock_users});
    return words;
}

}  // namespace

const std::vector<BannedWord>& banned_words() {
    static const auto words = make_banned_words();
    return words;
}

Findings check_words(const SourceFile& file, const std::vector<BannedWord>& words) {
    Findings findings;
    for (const auto& word : words) {
        if (!applies(word, file.path)) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const bool found = contains(file.code[i], word.word) ||
                               (word.in_comments && contains(file.comments[i], word.word));
            if (!found) continue;
            findings.push_back({file.path, i + 1,
                                "'" + std::string(word.word) +
                                    "' is not used here; instead: " + std::string(word.instead)});
        }
    }
    return findings;
}

Findings check_name(std::string_view path) {
    constexpr std::array<std::string_view, 9> kinds{
        "util", "utils", "common", "helper", "helpers", "misc", "stuff", "manager", "managers"};
    const std::string name(path);
    for (std::size_t begin = 0; begin <= name.size();) {
        const auto end = std::min(name.find_first_of("/._-", begin), name.size());
        const auto part = std::string_view(name).substr(begin, end - begin);
        if (std::find(kinds.begin(), kinds.end(), part) != kinds.end()) {
            return {{name, 0,
                     "'" + std::string(part) + "' says a kind; name the concept that is inside"}};
        }
        begin = end + 1;
    }
    return {};
}

}  // namespace tidy
