// How failing checks show ids and error codes.
#pragma once

#include <ostream>

#include "whispr/error.hpp"
#include "whispr/ids.hpp"

namespace whispr {

inline std::ostream& operator<<(std::ostream& out, const Uuid& id) {
    return out << id.to_string();
}
template <class Tag>
std::ostream& operator<<(std::ostream& out, const Id<Tag>& id) {
    return out << id.uuid;
}
inline std::ostream& operator<<(std::ostream& out, Errc code) {
    return out << to_string(code);
}
inline std::ostream& operator<<(std::ostream& out, const FieldError& error) {
    return out << error.field << ' ' << error.message;
}

}  // namespace whispr
