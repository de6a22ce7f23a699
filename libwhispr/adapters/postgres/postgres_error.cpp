#include "postgres_error.hpp"

#include <libpq-fe.h>

namespace whispr::postgres {

namespace {

struct Meaning {
    Errc code;
    std::string_view text;
};

Meaning meaning(std::string_view state) noexcept {
    if (state == "23505") return {Errc::already_exists, "a key exists already"};
    if (state == "40P01" || state == "40001" || state == "55P03")
        return {Errc::stale, "another transaction was in the way"};
    if (state == "57014") return {Errc::unavailable, "it took too long"};
    if (state == "53100") return {Errc::unavailable, "the disk is full"};
    if (state == "25006") return {Errc::unavailable, "the server takes no writes"};
    if (state == "0A000") return {Errc::unavailable, "its tables were changed"};
    if (state == "42501" || state == "28P01" || state == "28000")
        return {Errc::internal, "access to the database is not allowed"};
    if (state == "25P03") return {Errc::unavailable, "the transaction stood still for too long"};
    // Its classes: no connection, no resources, an operator's doing, the system's failure.
    for (const std::string_view kind : {"08", "53", "57", "58"}) {
        if (state.starts_with(kind)) return {Errc::unavailable, "the database cannot be used now"};
    }
    return {Errc::internal, "the database refused it"};
}

std::string_view state_of(const pg_result* answer) noexcept {
    const char* const state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    return state == nullptr ? std::string_view() : std::string_view(state);
}

Error described(Meaning meaning, std::string_view what, std::string_view detail,
                std::string_view place) {
    while (detail.ends_with('\n'))
        detail.remove_suffix(1);
    std::string text;
    text.append(what).append(": ").append(meaning.text);
    if (!detail.empty()) text.append(" (").append(detail).append(")");
    text.append(", database ").append(place);
    return {meaning.code, std::move(text), {}};
}

}  // namespace

Error failure(const pg_result* answer, std::string_view what, std::string_view place) {
    const char* const primary = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
    return described(meaning(state_of(answer)), what, primary == nullptr ? "" : primary, place);
}

Error lost(std::string_view why, std::string_view what, std::string_view place) {
    return described({Errc::unavailable, "there is no connection"}, what, why, place);
}

bool ends_session(const pg_result* answer) noexcept {
    const std::string_view state = state_of(answer);
    return state == "25006" || state == "0A000";
}

bool is_farewell(const pg_result* answer) noexcept {
    const char* const severity = PQresultErrorField(answer, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity != nullptr && severity != std::string_view("ERROR");
}

}  // namespace whispr::postgres
