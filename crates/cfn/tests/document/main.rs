//! Templates as texts: read, written, and read again.

mod read;
mod reference;
mod round_trip;
