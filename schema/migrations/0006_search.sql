-- The index of words. It follows the conversations' changes: each conversation's messages up to mseq are indexed as they were
-- at the change eseq.

CREATE TABLE search_cursors (
    no {bigint} PRIMARY KEY NOT NULL,
    eseq {bigint} NOT NULL,
    mseq {bigint} NOT NULL
) {without_rowid};

-- The row's number is the message's key. Each word begins with the number of its conversation, so that the entries of one
-- conversation lie together and others' history costs nothing. The words are normalised by the engine and separated by blanks.
@sqlite CREATE VIRTUAL TABLE message_words USING fts5(words, detail = none, columnsize = 0, tokenize = 'ascii');
@postgres CREATE TABLE message_words (
@postgres     no bigint NOT NULL,
@postgres     mseq bigint NOT NULL,
@postgres     words tsvector NOT NULL,
@postgres     PRIMARY KEY (no, mseq)
@postgres );
-- Without a list of pending entries, which every search would have to read.
@postgres CREATE INDEX message_words_by_word ON message_words USING gin (words) WITH (fastupdate = off);
