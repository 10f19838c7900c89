//! Snapshots: every file of an assembly, compared with what was accepted.

use serde_json::Value;

use crate::Synthesis;

#[doc(hidden)]
pub use insta;

/// What there is to compare: each template and manifest under its name, and `manifest.json` without lines of the
/// program, which every edit changes. Of its source map, what was overridden is left.
///
/// # Panics
///
/// Where the app has errors; the message tells them.
#[track_caller]
pub fn files(synthesis: &Synthesis) -> Vec<(String, String)> {
    let assembly = synthesis.assembly();
    let file = |file: &stackwright_assembly::File| {
        (file.name.clone(), String::from_utf8_lossy(&file.contents).into_owned())
    };
    let mut manifest = serde_json::to_value(&assembly.manifest).unwrap_or_default();
    let deployables = manifest["deployables"].as_array_mut().into_iter().flatten();
    for entries in deployables.filter_map(|deployable| deployable["source_map"].as_array_mut()) {
        entries.retain(|entry| entry.get("overrides").is_some());
    }
    remove_lines(&mut manifest);
    let manifest = format!("{manifest:#}\n");
    let files = assembly.files.iter().map(file);
    files.chain([("manifest.json".to_owned(), manifest)]).collect()
}

/// Takes away the places in the program, of what was overridden and in address plans.
fn remove_lines(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.get("source").is_some_and(|source| source.get("line").is_some()) {
                map.remove("source");
            }
            map.values_mut().for_each(remove_lines);
        }
        Value::Array(list) => list.iter_mut().for_each(remove_lines),
        _ => {}
    }
}

/// Compares every file of a [`Synthesis`] with a snapshot of insta's, named after the test and the file.
///
/// Nothing is filtered: a logical id that changes is a resource that is replaced. `INSTA_UPDATE=always` writes what
/// changed.
///
/// ```no_run
/// use stackwright_core::{App, Stack};
/// use stackwright_testing::{Synthesis, assert_files_snapshot};
///
/// let app = App::new();
/// Stack::new(&app, "network");
/// assert_files_snapshot!(Synthesis::of(&app));
/// ```
#[macro_export]
macro_rules! assert_files_snapshot {
    ($synthesis:expr $(,)?) => {
        for (name, contents) in $crate::snapshot::files(&$synthesis) {
            $crate::snapshot::insta::with_settings!({ snapshot_suffix => name, omit_expression => true }, {
                $crate::snapshot::insta::assert_snapshot!(contents);
            });
        }
    };
}
