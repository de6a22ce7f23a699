// Small pictures of uploaded ones, made by another program: what decodes a stranger's file has its
// own memory, its own limits, and may die.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whisprd::media {

struct SmallPicture {
    std::string bytes;  // WebP
    std::int32_t width = 0;
    std::int32_t height = 0;
};

struct Pictured {
    std::int32_t width = 0;  // of the original, as it is shown
    std::int32_t height = 0;
    std::vector<SmallPicture> small;
};

class Thumbnailer {
 public:
    // The program: whispr-thumbnail beside this one, or where `program` says. Empty "off" leaves it
    // out.
    explicit Thumbnailer(const std::string& program);

    // Whether there is a program to ask.
    [[nodiscard]] bool is_there() const { return !program_.empty(); }
    // Of the picture in this open file. Nothing when it is none, is too large, or took too long.
    // Blocks, for at most 20 seconds.
    [[nodiscard]] std::optional<Pictured> make(int file) const;

 private:
    std::string program_;
};

}  // namespace whisprd::media
