// The fields of every type, one after the other, found by the compiler. A node of another version
// may have other fields: each message says what its node's types look like, and is not read where
// they look different.
#include "bus_message.hpp"

#include <array>
#include <boost/pfr.hpp>
#include <cstring>
#include <type_traits>
#include <variant>

namespace whispr::redis {

namespace {

/// What a type is written as.
template <class T>
struct Form;

class Reader {
 public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    bool take(void* into, std::size_t size) {
        if (bytes_.size() < size) return false;
        std::memcpy(into, bytes_.data(), size);
        bytes_.remove_prefix(size);
        return true;
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size(); }

 private:
    std::string_view bytes_;
};

template <class T>
void put(std::string& out, const T& value) {
    Form<T>::put(out, value);
}
template <class T>
bool get(Reader& in, T& value) {
    return Form<T>::get(in, value);
}

template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) struct Form<T> {
    static void put(std::string& out, T value) {
        std::array<char, sizeof(T)> bytes{};
        std::memcpy(bytes.data(), &value, sizeof(T));
        out.append(bytes.data(), bytes.size());
    }
    static bool get(Reader& in, T& value) { return in.take(&value, sizeof(T)); }
    static void describe(std::string& out) { out += static_cast<char>('0' + sizeof(T)); }
};

template <>
struct Form<bool> {
    static void put(std::string& out, bool value) { out += value ? '\1' : '\0'; }
    static bool get(Reader& in, bool& value) {
        char byte = 0;
        if (!in.take(&byte, 1)) return false;
        value = byte != 0;
        return true;
    }
    static void describe(std::string& out) { out += 'b'; }
};

template <>
struct Form<Uuid> {
    static void put(std::string& out, const Uuid& value) {
        for (const std::uint8_t byte : value.bytes)
            out += static_cast<char>(byte);
    }
    static bool get(Reader& in, Uuid& value) {
        return in.take(value.bytes.data(), value.bytes.size());
    }
    static void describe(std::string& out) { out += 'u'; }
};

template <>
struct Form<BlobKey> {
    static void put(std::string& out, const BlobKey& value) {
        for (const std::uint8_t byte : value.bytes)
            out += static_cast<char>(byte);
    }
    static bool get(Reader& in, BlobKey& value) {
        return in.take(value.bytes.data(), value.bytes.size());
    }
    static void describe(std::string& out) { out += 'k'; }
};

template <>
struct Form<Time> {
    static void put(std::string& out, const Time& value) {
        redis::put(out, std::int64_t{value.time_since_epoch().count()});
    }
    static bool get(Reader& in, Time& value) {
        std::int64_t count = 0;
        if (!redis::get(in, count)) return false;
        value = Time{Time::duration{count}};
        return true;
    }
    static void describe(std::string& out) { out += 't'; }
};

template <>
struct Form<std::string> {
    static void put(std::string& out, const std::string& value) {
        redis::put(out, static_cast<std::uint32_t>(value.size()));
        out += value;
    }
    static bool get(Reader& in, std::string& value) {
        std::uint32_t size = 0;
        if (!redis::get(in, size) || size > in.left()) return false;
        value.resize(size);
        return in.take(value.data(), size);
    }
    static void describe(std::string& out) { out += 's'; }
};

template <class T>
struct Form<std::vector<T>> {
    static void put(std::string& out, const std::vector<T>& values) {
        redis::put(out, static_cast<std::uint32_t>(values.size()));
        for (const T& value : values)
            redis::put(out, value);
    }
    static bool get(Reader& in, std::vector<T>& values) {
        std::uint32_t size = 0;
        // Every value has a byte at least.
        if (!redis::get(in, size) || size > in.left()) return false;
        for (std::uint32_t i = 0; i < size; ++i) {
            if (!redis::get(in, values.emplace_back())) return false;
        }
        return true;
    }
    static void describe(std::string& out) {
        out += '[';
        Form<T>::describe(out);
        out += ']';
    }
};

template <class T>
struct Form<std::optional<T>> {
    static void put(std::string& out, const std::optional<T>& value) {
        redis::put(out, value.has_value());
        if (value) redis::put(out, *value);
    }
    static bool get(Reader& in, std::optional<T>& value) {
        bool there = false;
        if (!redis::get(in, there)) return false;
        return !there || redis::get(in, value.emplace());
    }
    static void describe(std::string& out) {
        out += '?';
        Form<T>::describe(out);
    }
};

template <class T>
struct Form<std::shared_ptr<const T>> {
    static void put(std::string& out, const std::shared_ptr<const T>& value) {
        redis::put(out, value != nullptr);
        if (value) redis::put(out, *value);
    }
    static bool get(Reader& in, std::shared_ptr<const T>& value) {
        bool there = false;
        if (!redis::get(in, there)) return false;
        if (!there) return true;
        auto made = std::make_shared<T>();
        if (!redis::get(in, *made)) return false;
        value = std::move(made);
        return true;
    }
    static void describe(std::string& out) {
        out += '*';
        Form<T>::describe(out);
    }
};

template <class... T>
struct Form<std::variant<T...>> {
    using Variant = std::variant<T...>;
    static void put(std::string& out, const Variant& value) {
        redis::put(out, static_cast<std::uint8_t>(value.index()));
        std::visit([&](const auto& one) { redis::put(out, one); }, value);
    }
    static bool get(Reader& in, Variant& value) {
        std::uint8_t index = 0;
        if (!redis::get(in, index) || index >= sizeof...(T)) return false;
        static constexpr std::array readers{&get_one<T>...};
        return readers[index](in, value);
    }
    static void describe(std::string& out) {
        out += '<';
        (Form<T>::describe(out), ...);
        out += '>';
    }

 private:
    template <class One>
    static bool get_one(Reader& in, Variant& value) {
        return redis::get(in, value.template emplace<One>());
    }
};

template <class T>
requires std::is_class_v<T>
struct Form<T> {
    static_assert(std::is_aggregate_v<T>);
    static void put(std::string& out, const T& value) {
        boost::pfr::for_each_field(value, [&](const auto& field) { redis::put(out, field); });
    }
    static bool get(Reader& in, T& value) {
        bool sound = true;
        boost::pfr::for_each_field(value,
                                   [&](auto& field) { sound = sound && redis::get(in, field); });
        return sound;
    }
    static void describe(std::string& out) {
        out += '(';
        boost::pfr::for_each_field(T{},
                                   [&]<class Field>(const Field&) { Form<Field>::describe(out); });
        out += ')';
    }
};

/// Of the types that are written, as they are in this program.
std::uint64_t layout() {
    static const std::uint64_t known = [] {
        std::string text;
        Form<Events>::describe(text);
        Form<std::vector<PresenceDelta>>::describe(text);
        std::uint64_t hash = 0xCBF29CE484222325;
        for (const char c : text)
            hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3;
        return hash;
    }();
    return known;
}

constexpr std::size_t head_bytes = 8 + 1 + 8 + 8;

template <class T>
std::optional<T> read_body(std::string_view bytes) {
    Reader in(bytes.substr(std::min(head_bytes, bytes.size())));
    T value;
    if (!get(in, value) || in.left() > 0) return std::nullopt;
    return value;
}

}  // namespace

std::string write_head(const BusHead& head) {
    std::string out;
    put(out, layout());
    put(out, head.kind);
    put(out, head.node);
    put(out, head.number);
    return out;
}

std::string write_events(const BusHead& head, const Events& events) {
    std::string out = write_head(head);
    put(out, events);
    return out;
}

std::string write_presence(const BusHead& head, const std::vector<PresenceDelta>& presence) {
    std::string out = write_head(head);
    put(out, presence);
    return out;
}

std::optional<BusHead> read_head(std::string_view bytes) {
    Reader in(bytes);
    BusHead head;
    std::uint64_t form = 0;
    const bool sound = get(in, form) && form == layout() && get(in, head.kind) &&
                       head.kind <= BusKind::bye && get(in, head.node) && get(in, head.number);
    if (!sound || head.node == 0) return std::nullopt;
    return head;
}

std::optional<Events> read_events(std::string_view bytes) {
    return read_body<Events>(bytes);
}

std::optional<std::vector<PresenceDelta>> read_presence(std::string_view bytes) {
    return read_body<std::vector<PresenceDelta>>(bytes);
}

}  // namespace whispr::redis
