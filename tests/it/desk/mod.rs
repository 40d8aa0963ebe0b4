//! Pages for work, as people with a browser meet them.

mod accounts;
mod compared;
mod editing;
mod filled;
mod organizations;
mod proposing;
mod reporting;
mod review;
mod shown;
mod signing_in;
mod submissions;
