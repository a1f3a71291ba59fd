//! The real program as its own process, with a fake cluster: what it tells, and how it meets clients.

mod preflight;
mod secrets;
mod server;
mod telemetry;
mod tls;
