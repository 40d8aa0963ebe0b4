//! Examples that standards come with.

mod cql2_examples;
