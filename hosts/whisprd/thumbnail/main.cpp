// whispr-thumbnail: reads a picture on standard input, which must be a file, and writes its size
// and a small copy of it to standard output. It is started for each picture, by whisprd, limits
// itself before it looks at the first byte, and is meant to be killed when it takes too long.
//
// Output: "<width> <height>\n", as the picture is shown, then "<width> <height> <bytes>\n" and a
// WebP of so many bytes. What describes the picture (place, camera) is not copied. Exit code 1:
// not a picture that it makes a copy of.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vips/vips.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

// The longer side of the copy: what a list or a bubble shows on a phone.
constexpr int side = 320;
// Beyond, nothing is decoded. A phone's largest picture has 200 million.
constexpr double most_pixels = 210e6;
// Decoding by lines needs little; what has to be held whole (progressive JPEG, interlaced PNG) must
// fit.
constexpr rlim_t most_memory = rlim_t{1} << 30;
constexpr rlim_t most_cpu_seconds = 10;

bool limit(__rlimit_resource resource, rlim_t most) {
    const rlimit bounds{most, most};
    return setrlimit(resource, &bounds) == 0;
}

// Only these are given to a decoder; all others of the library are blocked or not asked.
bool is_known(const char* loader) {
    constexpr std::array<std::string_view, 4> known{
        "VipsForeignLoadJpegSource", "VipsForeignLoadPngSource", "VipsForeignLoadWebpSource",
        "VipsForeignLoadNsgifSource"};
    return loader != nullptr && std::find(known.begin(), known.end(), loader) != known.end();
}

bool write_all(const void* bytes, std::size_t size) {
    return std::fwrite(bytes, 1, size, stdout) == size;
}

// The size as it is shown, after the turn that the camera noted.
bool read_size(VipsSource* source, int& width, int& height) {
    VipsImage* image =
        vips_image_new_from_source(source, "", "access", VIPS_ACCESS_SEQUENTIAL, nullptr);
    if (image == nullptr) return false;
    width = vips_image_get_width(image);
    height = vips_image_get_height(image);
    if (vips_image_get_orientation_swap(image)) std::swap(width, height);
    g_object_unref(image);
    return static_cast<double>(width) * static_cast<double>(height) <= most_pixels;
}

// A copy without anything but pixels: no place, no camera, no colour profile, no embedded preview.
VipsImage* bare(VipsImage* image) {
    VipsImage* copy = nullptr;
    if (vips_copy(image, &copy, nullptr) != 0) return nullptr;
    gchar** names = vips_image_get_fields(copy);
    for (gchar** name = names; name != nullptr && *name != nullptr; ++name) {
        const std::string_view field = *name;
        const bool described = field.starts_with("exif-") || field.starts_with("png-comment") ||
                               field.ends_with("-data");
        if (described) vips_image_remove(copy, *name);
    }
    g_strfreev(names);
    return copy;
}

std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

// The library writes a description of its own (EXIF) whatever it is told. Only the chunks of a WebP
// that are pixels are kept.
std::string pixels_alone(std::string_view webp) {
    constexpr std::array<std::string_view, 4> kept{"VP8X", "VP8 ", "VP8L", "ALPH"};
    std::string out(webp.substr(0, 12));
    for (std::size_t at = 12; at + 8 <= webp.size();) {
        const std::size_t size = 8 + (little_endian(webp.substr(at + 4)) + std::size_t{1}) / 2 * 2;
        std::string chunk(webp.substr(at, size));
        at += size;
        const auto name = std::string_view(chunk).substr(0, 4);
        if (std::find(kept.begin(), kept.end(), name) == kept.end()) continue;
        // Of what the first chunk says there is, transparency alone may be true.
        if (name == "VP8X") chunk[8] = static_cast<char>(chunk[8] & 0x10);
        out += chunk;
    }
    for (std::size_t i = 0; i < 4; ++i)
        out[4 + i] = static_cast<char>((out.size() - 8) >> (8 * i));
    return out;
}

bool limit_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;  // its shadow takes terabytes of addresses
#else
    return limit(RLIMIT_AS, most_memory);
#endif
}

int run() {
    // Opened anew: the other process keeps its own place in the file.
    VipsSource* source = vips_source_new_from_file("/proc/self/fd/0");
    if (source == nullptr || !is_known(vips_foreign_find_load_source(source))) return 1;
    int width = 0;
    int height = 0;
    if (!read_size(source, width, height)) return 1;
    VipsImage* small = nullptr;
    if (vips_thumbnail_source(source, &small, side, "height", side, "size", VIPS_SIZE_DOWN,
                              "export_profile", "srgb", "fail_on", VIPS_FAIL_ON_ERROR,
                              nullptr) != 0) {
        return 1;
    }
    small = bare(small);
    if (small == nullptr) return 1;
    void* bytes = nullptr;
    std::size_t size = 0;
    if (vips_webpsave_buffer(small, &bytes, &size, "Q", 75, "strip", TRUE, nullptr) != 0) return 1;
    const std::string webp = pixels_alone({static_cast<const char*>(bytes), size});
    std::printf("%d %d\n%d %d %zu\n", width, height, vips_image_get_width(small),
                vips_image_get_height(small), webp.size());
    return write_all(webp.data(), webp.size()) && std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

int main(int, char** argv) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    // A library that would like to write a file is told that it cannot, and does without.
    std::signal(SIGXFSZ, SIG_IGN);
    const bool limited = limit_memory() && limit(RLIMIT_CPU, most_cpu_seconds) &&
                         limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0);
    if (!limited || VIPS_INIT(argv[0]) != 0) return 2;
    vips_block_untrusted_set(TRUE);
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    const int code = run();
    // Nothing is worth tidying up in a process that ends.
    _exit(code);
}
