//! Pages for work, as people with a browser meet them.

mod signing_in;
