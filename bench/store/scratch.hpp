// A folder for the files of one run, gone when it ends.
#pragma once

#include <string>

namespace bench {

class ScratchFolder {
 public:
    /// Below WHISPR_BENCH_DIR, else below the system's folder for temporary files: name the disk
    /// that is to be measured.
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
    std::string path_;
};

}  // namespace bench
