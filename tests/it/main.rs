//! Everything a client can see, through HTTP, in process, on both engines.
