//! Pictures of assemblies that are written by hand.

mod assembly;
mod drawings;
mod networks;
mod pods;
