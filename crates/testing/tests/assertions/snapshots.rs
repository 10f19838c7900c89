//! Whole assemblies as snapshots of insta's.

use stackwright_testing::{Synthesis, assert_files_snapshot, snapshot};

use crate::app::shop;

#[test]
fn every_file_is_a_snapshot_of_its_own() {
    assert_files_snapshot!(Synthesis::of(&shop().app));
}

#[test]
fn nothing_is_filtered_but_lines_of_the_program() {
    let synthesis = Synthesis::of(&shop().app);
    let files = snapshot::files(&synthesis);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["network.template.json", "web.template.json", "agents.k8s.yaml", "manifest.json"]);
    for file in &synthesis.assembly().files {
        let kept = files.iter().find(|(name, _)| *name == file.name);
        assert_eq!(kept.map(|(_, contents)| contents.as_bytes()), Some(&*file.contents));
    }
}
