#include "store/scratch.hpp"

#include <stdlib.h>

#include <filesystem>

#include "meter/give_up.hpp"

namespace bench {

ScratchFolder::ScratchFolder() {
    const char* const chosen = ::getenv("WHISPR_BENCH_DIR");
    const std::filesystem::path parent =
        chosen != nullptr ? std::filesystem::path(chosen) : std::filesystem::temp_directory_path();
    path_ = (parent / "whispr_bench.XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr)
        give_up("no folder can be made below " + parent.string());
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace bench
