//! The command line of every Stackwright app.
