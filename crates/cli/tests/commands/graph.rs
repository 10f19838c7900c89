//! `graph`.

use insta::assert_snapshot;
use stackwright_assembly::File;
use stackwright_cli::Options;

use crate::app::{Place, Synthesis, never, sample, with_warning};

#[test]
fn graph() {
    assert_snapshot!(Place::new().run("graph --format mermaid", sample));
}

#[test]
fn graph_for_graphviz() {
    assert_snapshot!(Place::new().run("graph --format dot", sample));
}

#[test]
fn graph_as_data() {
    assert_snapshot!(Place::new().run("graph --format json", with_warning));
}

/// The sample, with a VPC in the network's template.
fn with_vpc(options: &Options) -> Synthesis {
    let mut assembly = sample(options)?;
    let template = r#"{"Resources": {"Vpc1A2B": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}}"#;
    assembly.files[0] = File { contents: template.into(), ..assembly.files[0].clone() };
    Ok(assembly)
}

#[test]
fn graph_of_the_network() {
    assert_snapshot!(Place::new().run("graph --view network", with_vpc));
}

#[test]
fn graph_as_a_drawing() {
    assert_snapshot!(Place::new().run("graph --format svg --view all", with_vpc));
}

#[test]
fn a_page_has_both_views_and_the_name_of_the_app() {
    let page = Place::new().run("graph --format html", with_vpc);
    assert!(page.contains("<title>app</title>"));
    for view in ["Deployables", "Network"] {
        assert!(page.contains(&format!("data-view=\"{view}\"")), "{view}");
    }
}

#[test]
fn graph_of_what_is_named() {
    assert_snapshot!(Place::new().run("graph cluster", sample));
}

#[test]
fn graph_of_what_there_is_not() {
    assert_snapshot!(Place::new().run("graph netwrok", sample));
}

#[test]
fn graph_in_an_unknown_language() {
    assert_snapshot!(Place::new().run("graph --format png", never));
}

#[test]
fn graph_of_what_an_earlier_synth_wrote() {
    let place = Place::new();
    place.run("synth", sample);
    let drawn = place.run("graph --assembly out", never);
    assert_eq!(drawn.replace(" --assembly out", ""), place.run("graph", sample));
    place.put("out/network.template.json", "{\"Resources\": ");
    assert_snapshot!(place.run("graph --assembly out", never));
}
