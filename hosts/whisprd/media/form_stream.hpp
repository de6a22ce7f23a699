// multipart/form-data (RFC 7578) as it comes in: fields are kept, files are passed on. It never
// holds more than one part's head, one field, and a line of a boundary.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace whisprd::media {

// Hears what is in the form, in its order.
class FormListener {
 public:
    virtual ~FormListener() = default;

    virtual void on_field(std::string_view name, std::string_view value) = 0;
    // A file begins. Its bytes come only if this is true; otherwise they are skipped.
    virtual bool on_file(std::string_view name, std::string_view file_name,
                         std::string_view type) = 0;
    virtual void on_file_bytes(std::string_view bytes) = 0;
    virtual void on_file_end() = 0;
};

// The boundary of a form by its content type; nothing when it is no form, or has no usable one.
[[nodiscard]] std::optional<std::string> form_boundary(std::string_view content_type);

class FormStream {
 public:
    // Requires: `listener` outlives it.
    FormStream(std::string_view boundary, FormListener& listener);

    // The next bytes. False: it is no form, and stays none.
    [[nodiscard]] bool put(std::string_view bytes);
    // Whether the last boundary has come. What follows it is ignored.
    [[nodiscard]] bool is_complete() const { return state_ == State::complete; }

 private:
    enum class State { preamble, delimiter, head, field, file, skipped, complete, failed };

    // One step; false when more bytes are needed.
    bool step();
    bool seek_delimiter();
    bool read_delimiter_line();
    bool read_head();
    bool begin_part(std::string_view head);
    bool pass_body();
    bool take(std::string_view bytes);
    void end_part();
    bool fail();

    FormListener& listener_;
    const std::string delimiter_;
    State state_ = State::preamble;
    std::string pending_;
    std::size_t at_ = 0;  // what of it is done with
    std::size_t parts_ = 0;
    std::size_t kept_ = 0;     // bytes of all fields
    std::size_t skipped_ = 0;  // of the line end before a body
    std::string name_;
    std::string value_;
};

}  // namespace whisprd::media
