#include "search/message_words.hpp"

#include "metadata/metadata.hpp"
#include "search/encrypted_content.hpp"
#include "search/search_words.hpp"

namespace whispr {

std::string words_of(const MessageRow& message) {
    if (message.deleted || message.type == MessageType::system || is_encrypted(message.content)) {
        return {};
    }
    WordCollector words;
    words.add(message.content);
    for (const std::string& text : metadata_strings(message.metadata))
        words.add(text);
    return words.take();
}

}  // namespace whispr
