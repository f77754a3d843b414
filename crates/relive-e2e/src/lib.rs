//! End-to-end tests of relive, and what they are made with: a [proxy] with faults between page and server.

pub mod proxy;
