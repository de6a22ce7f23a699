// Searches in a word.
#pragma once

#include <string>
#include <vector>

#include "support/engine_fixture.hpp"

namespace whispr::test {

inline Answer<MessagesFound> search(EngineFixture& on, UserId caller, SearchMessages request) {
    Answer<MessagesFound> answer;
    on.engine->search().messages(Caller{caller, {}}, std::move(request), answer.completion());
    return answer;
}

inline Answer<std::vector<Conversation>> search_conversations(EngineFixture& on, UserId caller,
                                                              std::string query,
                                                              std::size_t limit = 20) {
    Answer<std::vector<Conversation>> answer;
    on.engine->search().conversations(Caller{caller, {}}, {std::move(query), limit},
                                      answer.completion());
    return answer;
}

inline std::vector<std::string> contents_of(const Answer<MessagesFound>& answer) {
    std::vector<std::string> contents;
    for (Message& message : answer.value().messages)
        contents.push_back(std::move(message.content));
    return contents;
}

/// The contents of what is found, newest first.
inline std::vector<std::string> found(EngineFixture& on, UserId caller, std::string query) {
    return contents_of(search(on, caller, {.query = std::move(query)}));
}

}  // namespace whispr::test
