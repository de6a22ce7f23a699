// A store with one conversation, into which one user writes: how tests of faults tell what was
// kept.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage_contract.hpp"

namespace whispr::test {

[[nodiscard]] LockKeys only_conversation();
/// What stores one more message, given what begin gave for these keys; makes the conversation when
/// it is not there.
[[nodiscard]] ChangeSet next_message(const Locked& locked, std::string content = "content");
/// One more message in a transaction of its own; the error when it is not stored.
std::optional<Error> send_next(LaneStorage& lane, std::string content = "content");
/// Numbers of the messages that are stored, in order.
[[nodiscard]] std::vector<Mseq> stored_numbers(ReadStorage& reader);
[[nodiscard]] std::vector<Mseq> up_to(Mseq last);

}  // namespace whispr::test
