-- The public keys with which users have signed messages.

CREATE TABLE sender_keys (
    user_id {uuid} NOT NULL,
    public_key {text} NOT NULL,
    device {text} NOT NULL,
    first_used_at {bigint} NOT NULL,
    revoked_at {bigint},
    PRIMARY KEY (user_id, public_key)
) {without_rowid};
