// Everything in which the databases differ, by name. Statements and migrations are written once,
// with these words in braces; `$name` is a column of the statement's key set.
//
// SQLite runs a statement once for each row of its key set; PostgreSQL runs it once, with an array
// for each column.
//
// clang-format off
//   {keys}                      in FROM, before a table: the key set (PostgreSQL), nothing (SQLite)
//   {from_keys}  {using_keys}   the same as a clause of its own: FROM in an UPDATE, USING in a DELETE
//   {values} ... {/values}      the rows of an INSERT
//   {lateral}                   before a subquery in FROM that uses the key set
//   {lock c}                    after a SELECT: locks its rows of `c`, leaves out those that others hold
//   {lock_waiting c}            the same, and waits for those
//   {message_key}               the columns of a message's key, as in INSERT INTO messages({message_key}, ...)
//   {message_key_falling}       an ORDER BY for all messages, the last one first
//   {key no; mseq}              their values
//   {message m; no; mseq}       `m` is that message
//   {messages m; no; from; to}  `m` is one of these messages of the conversation
//   {no m}  {mseq m}            a message's conversation, and its number there
//   {newest m}  {oldest m}      an ORDER BY for messages of one conversation
//   {still_newest m}  {still_oldest m}  {still_by columns}   keeps the rows of a subquery in the order that it has
//   {indexed index}             reads by that index, where the planner has to be told
//   {words_key}                 the columns of the key of a message's words
//   {words_of w; no; mseq}  {words_are_of w m}   `w` are the words of that message, or of `m`
//   {words text}                a text as a value of the words' column
//   {matches w; words}          `w` has all of these words, each as a word or the beginning of one
//   {newest_words w}            an ORDER BY for words of one conversation's messages
//   {change}                    the number of the transaction that writes, for columns named `changed`
//   {change_marks}              two numbers: every transaction below the first one has ended, and is in what is read;
//                               none that was begun has the second one or more
//   {a row's name}              its columns (sql_rows.hpp)
//   {columns row alias}         the same, of a table that goes by another alias
//
// In migrations: {uuid} {bytes} {text} {bigint} {small} {bool} {number}, {without_rowid}, and lines
// that begin with "@sqlite" or "@postgres" for one of them alone.
// clang-format on
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"

namespace whispr::sql {

enum class KeyType : std::uint8_t { uuid, bigint, small, boolean, text, bytes };

struct Expanded {
    std::string sql;
    std::vector<KeyType> keys;
};

/// Aborts on a word it does not know: statements are ours.
[[nodiscard]] Expanded expand(const Statement& statement, Dialect dialect);
[[nodiscard]] std::string expand_script(std::string_view script, Dialect dialect);

}  // namespace whispr::sql
