-- Where this store's rows came from, when another service's database was imported. One row at most; without a moment of
-- its end the import is not complete, and nobody but the import may use the store.
CREATE TABLE imports (
    source {text} PRIMARY KEY NOT NULL,
    begun_at {bigint} NOT NULL,
    finished_at {bigint}
);
