//! Pages for work, as people with a browser meet them.

mod accounts;
mod review;
mod shown;
mod signing_in;
