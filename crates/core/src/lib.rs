//! App, Stack, constructs, references and synthesis.
