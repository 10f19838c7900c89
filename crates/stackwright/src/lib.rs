//! Typed infrastructure for AWS and Kubernetes networks, in Rust.
