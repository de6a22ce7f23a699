-- The index of words. It follows the conversations' changes by a cursor each.

CREATE TABLE search_cursors (
    no {bigint} PRIMARY KEY NOT NULL,
    eseq {bigint} NOT NULL
) {without_rowid};

-- The row's number is the message's key; the words are normalised by the engine and separated by blanks.
@sqlite CREATE VIRTUAL TABLE message_words USING fts5(words, detail = none, columnsize = 0, tokenize = 'ascii');
