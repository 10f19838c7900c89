//! The finished result of a synthesis: files, deployables, bindings, source map, diagnostics.
