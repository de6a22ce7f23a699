#include "search/encrypted_content.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <string>

namespace whispr {

namespace json = boost::json;

namespace {

constexpr std::string_view encrypted_type = "whispr_e2ee_v1";

// Looks at the strings under "t" of the outermost object, and at nothing else.
class TypeFinder {
 public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    bool found = false;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return enter(); }
    bool on_object_end(std::size_t, json::error_code&) { return leave(); }
    bool on_array_begin(json::error_code&) { return enter(); }
    bool on_array_end(std::size_t, json::error_code&) { return leave(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return add(part); }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        add(part);
        under_type_ = depth_ == 1 && token_ == "t";
        token_.clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        return add(part);
    }
    bool on_string(json::string_view part, std::size_t, json::error_code&) {
        add(part);
        if (depth_ == 1 && under_type_ && token_ == encrypted_type) found = true;
        token_.clear();
        return true;
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
    bool on_double(double, json::string_view, json::error_code&) { return true; }
    bool on_bool(bool, json::error_code&) { return true; }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
    bool enter() {
        ++depth_;
        return true;
    }
    bool leave() {
        --depth_;
        return true;
    }
    // A longer text than the type's is not kept.
    bool add(json::string_view part) {
        if (token_.size() <= encrypted_type.size()) token_.append(part.data(), part.size());
        return true;
    }

    int depth_ = 0;
    bool under_type_ = false;
    std::string token_;
};

}  // namespace

bool is_encrypted(std::string_view content) {
    const auto begin = content.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || content[begin] != '{') return false;
    json::basic_parser<TypeFinder> parser(json::parse_options{});
    json::error_code error;
    // What breaks off behind the type is still not for the index.
    parser.write_some(false, content.data(), content.size(), error);
    return parser.handler().found;
}

}  // namespace whispr
