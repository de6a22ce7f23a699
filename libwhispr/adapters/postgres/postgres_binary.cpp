#include "postgres_binary.hpp"

#include <libpq-fe.h>

#include <algorithm>

namespace whispr::postgres {

namespace {

// The numbers of the built-in types, which are part of the protocol.
std::uint32_t type_number(sql::KeyType type) noexcept {
    switch (type) {
        case sql::KeyType::boolean:
            return 16;
        case sql::KeyType::bytes:
            return 17;
        case sql::KeyType::bigint:
            return 20;
        case sql::KeyType::small:
            return 21;
        case sql::KeyType::text:
            return 25;
        case sql::KeyType::uuid:
            return 2950;
    }
    return 0;
}

std::size_t width(sql::KeyType type) noexcept {
    if (type == sql::KeyType::boolean) return 1;
    return type == sql::KeyType::small ? 2 : 8;
}

// Most significant byte first.
void put(std::string& out, std::uint64_t number, std::size_t bytes) {
    for (std::size_t left = bytes; left > 0; --left)
        out += static_cast<char>(number >> (8 * (left - 1)));
}

void put(std::string& out, const sql::Value& value, sql::KeyType type) {
    switch (value.kind()) {
        case sql::Value::Kind::null:
            return put(out, 0xFFFF'FFFF, 4);
        case sql::Value::Kind::number:
            put(out, width(type), 4);
            return put(out, static_cast<std::uint64_t>(value.number()), width(type));
        case sql::Value::Kind::data:
            put(out, value.size(), 4);
            if (value.size() > 0) out.append(static_cast<const char*>(value.data()), value.size());
    }
}

}  // namespace

void KeyArrays::fill(const sql::KeyRows& keys, const std::vector<sql::KeyType>& types) {
    const std::vector<sql::Value>& values = keys.values();
    const std::size_t columns = types.size();
    const std::size_t rows = columns == 0 ? 0 : values.size() / columns;
    arrays_.resize(columns);
    for (std::size_t column = 0; column < columns; ++column) {
        std::string& array = arrays_[column];
        array.clear();
        // One dimension, nulls possible, the type, its length, numbered from 1.
        for (const std::uint64_t head :
             {std::uint64_t{1}, std::uint64_t{1}, std::uint64_t{type_number(types[column])},
              std::uint64_t{rows}, std::uint64_t{1}}) {
            put(array, head, 4);
        }
        for (std::size_t at = column; at < values.size(); at += columns)
            put(array, values[at], types[column]);
    }
    data_.resize(columns);
    sizes_.resize(columns);
    formats_.assign(columns, 1);
    std::transform(arrays_.begin(), arrays_.end(), data_.begin(),
                   [](const std::string& array) { return array.data(); });
    std::transform(arrays_.begin(), arrays_.end(), sizes_.begin(),
                   [](const std::string& array) { return static_cast<int>(array.size()); });
}

bool BinaryRow::null(int column) const {
    return PQgetisnull(answer_, row_, column) != 0;
}

// A number of whatever width its column has; numbers are signed, and truth is one byte.
std::int64_t BinaryRow::number(int column) const {
    const std::string_view bytes = data(column);
    if (bytes.empty()) return 0;
    std::uint64_t number = (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes)
        number = number << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
}

std::string_view BinaryRow::data(int column) const {
    return {PQgetvalue(answer_, row_, column),
            static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
}

}  // namespace whispr::postgres
