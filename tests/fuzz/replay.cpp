// Feeds a target from the files of its corpus: as they are, cut short at every length, and changed
// at random. The seed is fixed, so a failure comes again.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "target.hpp"

namespace {

constexpr std::size_t changed_inputs = 20'000;

void feed(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::vector<std::string> read_corpus(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> corpus;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return corpus;
}

void change(std::string& input, const std::vector<std::string>& corpus, std::mt19937& random) {
    const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
    const std::size_t at = below(input.size() + 1);
    switch (below(5)) {
        case 0:
            input.insert(at, 1, static_cast<char>(random()));
            break;
        case 1:
            input.erase(at, below(8));
            break;
        case 2:
            if (at < input.size()) input[at] = static_cast<char>(random());
            break;
        case 3:
            input.insert(at, input.substr(below(input.size() + 1), below(64)));
            break;
        default:
            input = input.substr(0, at) + corpus[below(corpus.size())];
            break;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " CORPUS\n";
        return 2;
    }
    const std::vector<std::string> corpus = read_corpus(argv[1]);
    if (corpus.empty()) {
        std::cerr << argv[1] << " holds no inputs\n";
        return 2;
    }
    for (const std::string& input : corpus) {
        for (std::size_t length = 0; length <= std::min<std::size_t>(input.size(), 2'000);
             ++length) {
            feed(input.substr(0, length));
        }
        feed(input);
    }
    std::mt19937 random(20'260'418);
    for (std::size_t i = 0; i < changed_inputs; ++i) {
        std::string input = corpus[random() % corpus.size()];
        for (std::size_t changes = 1 + random() % 6; changes > 0; --changes) {
            change(input, corpus, random);
        }
        feed(input);
    }
    std::cout << corpus.size() << " inputs, " << changed_inputs << " changed ones\n";
    return 0;
}
