#include "dev_keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "token_encoding.hpp"

namespace edge {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_key_file_bytes = 4096;

class Descriptor {
 public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    [[nodiscard]] int get() const { return value_; }
    [[nodiscard]] bool is_open() const { return value_ >= 0; }

 private:
    int value_;
};

std::string reason() {
    return std::strerror(errno);
}

// Quoted for a JSON string; what is passed in holds no other character that JSON escapes.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char character : text) {
        if (character == '"' || character == '\\') result.push_back('\\');
        if (static_cast<unsigned char>(character) >= 0x20) result.push_back(character);
    }
    return result;
}

// The empty text when `path` may be trusted: ours, a plain file, closed to everyone else.
std::string complaint_about(const struct stat& status, const fs::path& path) {
    if (!S_ISREG(status.st_mode)) return path.string() + " is not a plain file";
    if (status.st_uid != ::geteuid()) return path.string() + " belongs to another user";
    if ((status.st_mode & 077) != 0)
        return path.string() + " can be read by others: its mode must be 0600";
    return {};
}

std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 512> piece;
    for (;;) {
        const ssize_t count = ::read(descriptor, piece.data(), piece.size());
        if (count <= 0 || text.size() > max_key_file_bytes) return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(descriptor) == 0;
}

// Makes the key file appear whole or not at all, and never over an existing one. The empty text
// when there is a key file afterwards, ours or that of a process which was faster.
std::string create_key_file(const fs::path& path, const std::string& pem) {
    std::string draft = path.string() + ".XXXXXX";
    {
        // mkostemp() makes a file of mode 0600 that did not exist.
        const Descriptor file(::mkostemp(draft.data(), O_CLOEXEC));
        if (!file.is_open()) return "cannot create " + draft + ": " + reason();
        if (!write_all(file.get(), pem)) {
            const std::string why = reason();
            ::unlink(draft.c_str());
            return "cannot write " + draft + ": " + why;
        }
    }
    const bool linked = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
    const std::string why =
        linked ? std::string{} : "cannot create " + path.string() + ": " + reason();
    ::unlink(draft.c_str());
    if (!linked) return why;
    const Descriptor directory(
        ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.is_open()) ::fsync(directory.get());
    return {};
}

// Makes the data directory for its owner only; an existing one must not be writable by others.
std::string prepare_directory(const fs::path& path) {
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return "cannot create the data directory " + path.string() + ": " + reason();
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return "cannot use the data directory " + path.string() + ": " + reason();
    if (!S_ISDIR(status.st_mode)) return path.string() + " is not a directory";
    if ((status.st_mode & 022) != 0)
        return path.string() + " can be written by others: its mode must be 0700";
    return {};
}

}  // namespace

DevKeys::DevKeys(SigningKey key) : key_(std::move(key)), key_id_(thumbprint(key_.coordinates())) {}

std::variant<DevKeys, std::string> DevKeys::open(const fs::path& data_dir) {
    const fs::path path = data_dir / file_name;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        if (errno == ENOENT) {
            return "no development key " + path.string() +
                   ": start whisprd with --dev on this data directory first";
        }
        return "cannot open the development key " + path.string() + ": " + reason();
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return "cannot read " + path.string() + ": " + reason();
    if (std::string complaint = complaint_about(status, path); !complaint.empty()) return complaint;
    auto key = SigningKey::from_pem(read_all(file.get()));
    if (!key) return path.string() + " holds no unencrypted P-256 private key in PEM form";
    return DevKeys(std::move(*key));
}

std::variant<DevKeys, std::string> DevKeys::open_or_create(const fs::path& data_dir) {
    if (std::string complaint = prepare_directory(data_dir); !complaint.empty()) return complaint;
    const fs::path path = data_dir / file_name;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) {
        const auto key = SigningKey::generate();
        const std::string pem = key ? key->to_pem() : std::string{};
        if (pem.empty()) return "openssl could not make a P-256 key";
        if (std::string complaint = create_key_file(path, pem); !complaint.empty())
            return complaint;
    }
    return open(data_dir);
}

KeySet DevKeys::key_set() const {
    std::vector<NamedKey> keys;
    if (auto key = VerifyingKey::from_coordinates(key_.coordinates()))
        keys.push_back({key_id_, std::move(*key)});
    return KeySet(std::move(keys));
}

std::string DevKeys::jwks() const {
    return write_key_set(key_id_, key_.coordinates());
}

std::string DevKeys::mint(const TokenRequest& request,
                          std::chrono::system_clock::time_point now) const {
    const auto issued = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
    const std::string header = R"({"alg":"ES256","typ":"JWT","kid":")" + key_id_ + R"("})";
    std::string claims = R"({"iss":")" + escaped(request.issuer) + R"(","aud":")" +
                         escaped(request.audience) + R"(","sub":")" + escaped(request.user_id) +
                         '"';
    if (request.device_id) claims += R"(,"deviceId":")" + escaped(*request.device_id) + '"';
    claims += R"(,"iat":)" + std::to_string(issued.count()) + R"(,"exp":)" +
              std::to_string((issued + request.lifetime).count()) + '}';
    std::string token = base64url_encode(header) + '.' + base64url_encode(claims);
    const std::string signature = key_.sign(token);
    if (signature.empty()) return {};
    return token + '.' + base64url_encode(signature);
}

}  // namespace edge
