//! The tables of `migrations/`, as diesel knows them.

diesel::table! {
    entities (id) {
        id -> Binary,
        collection -> Text,
        version -> Integer,
        seq -> BigInt,
        state -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        published_at -> Nullable<Timestamp>,
        public_at -> Nullable<Timestamp>,
        public_since -> Nullable<Timestamp>,
        document -> Text,
        site_id -> Nullable<Binary>,
        organization_id -> Nullable<Binary>,
        code -> Nullable<Text>,
        submitter_id -> Nullable<Binary>,
        waits -> Bool,
    }
}

diesel::table! {
    links (record_id, named_id) {
        record_id -> Binary,
        named_id -> Binary,
    }
}

diesel::table! {
    identifiers (record_id, scheme, value) {
        record_id -> Binary,
        scheme -> Text,
        value -> Text,
    }
}

diesel::table! {
    accounts (id) {
        id -> Binary,
        name -> Text,
        organization_id -> Binary,
        role -> Text,
        created_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    tokens (id) {
        id -> Binary,
        account_id -> Binary,
        hash -> Binary,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        desktop -> Bool,
        last_used_on -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (hash) {
        hash -> Binary,
        token_id -> Binary,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    requests (account_id, key) {
        account_id -> Binary,
        key -> Text,
        hash -> Binary,
        command_id -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    changes (seq) {
        seq -> BigInt,
        public_seq -> Nullable<BigInt>,
        at -> Timestamp,
        command_id -> Binary,
        actor_id -> Binary,
        collection -> Text,
        record_id -> Binary,
        version -> Integer,
        state -> Text,
        document -> Text,
        bears_on_past -> Bool,
        site_id -> Nullable<Binary>,
        has_position -> Bool,
    }
}

diesel::table! {
    erasures (seq) {
        seq -> BigInt,
        reason -> Text,
        was_shown -> Bool,
    }
}

diesel::table! {
    sightings (record_id, public_seq) {
        record_id -> Binary,
        public_seq -> BigInt,
        is_seen -> Bool,
    }
}

diesel::joinable!(changes -> accounts (actor_id));
diesel::joinable!(identifiers -> entities (record_id));
diesel::joinable!(links -> entities (record_id));
diesel::joinable!(sessions -> tokens (token_id));
diesel::joinable!(sightings -> entities (record_id));
diesel::joinable!(tokens -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, changes, tokens);
diesel::allow_tables_to_appear_in_same_query!(changes, erasures);
diesel::allow_tables_to_appear_in_same_query!(changes, sightings);
diesel::allow_tables_to_appear_in_same_query!(entities, sightings);
diesel::allow_tables_to_appear_in_same_query!(sessions, tokens);
diesel::allow_tables_to_appear_in_same_query!(entities, identifiers, links);
