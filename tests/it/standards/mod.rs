//! Examples that standards come with.

mod cql2;
mod cql2_examples;
