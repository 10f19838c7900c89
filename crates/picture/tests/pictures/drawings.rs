//! What drawings have in common: nothing is lost, and nothing becomes syntax.

use stackwright_assembly::Kind;
use stackwright_picture::{Picture, View};

use crate::assembly::{assembly, deployable};

const WRONG: &str = "\"><script>&'`]]>\\";

fn picture() -> Picture {
    let name = WRONG.replace('\'', "''");
    let template =
        format!("Resources:\n  V:\n    Type: AWS::EC2::VPC\n    Properties: {{CidrBlock: '{name}'}}\n");
    let pod = format!("{{apiVersion: v1, kind: Pod, metadata: {{name: '{name}'}}, spec: {{}}}}");
    let mut stack = deployable("net", Kind::Stack, &[]);
    stack.name = WRONG.to_owned();
    let mut chart = deployable("apps", Kind::Chart, &[WRONG]);
    chart.name = "a\nb".to_owned();
    Picture::new(&assembly(vec![(stack, &template), (chart, &pod)]), &[], View::All).unwrap()
}

#[test]
fn names_are_text_in_every_language() {
    let picture = picture();
    let (svg, page, dot, mermaid) = (picture.svg(), picture.page(WRONG), picture.dot(), picture.mermaid());
    for (language, text) in [("svg", &svg), ("html", &page)] {
        assert!(text.contains("&quot;&gt;&lt;script&gt;&amp;"), "{language} has the name");
        assert!(!text.contains("><script>&"), "{language} has it as text");
    }
    assert!(!svg.contains("]]>"), "which XML takes for the end of something");
    // The page has two scripts, and the name is in neither as it is.
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
    assert!(dot.lines().any(|line| line.contains(r#"label="\"><script>&'`]]>\\"#)), "{dot}");
    assert!(mermaid.contains("#quot;#62;#60;script#62;#38;'#96;]]#62;#92;"), "{mermaid}");
    assert!(mermaid.contains("a b") && dot.contains("a\\nb"), "a name is one line:\n{mermaid}{dot}");
}

#[test]
fn a_page_asks_for_nothing() {
    let page = picture().page("app");
    for (at, _) in page.match_indices("http") {
        assert!(
            page[at..].starts_with("http://www.w3.org/2000/svg"),
            "the name of a language, which is not fetched"
        );
    }
    assert!(["src=", "@import", "url(", "fetch("].iter().all(|word| !page.contains(word)));
}

#[test]
fn an_app_without_anything_is_drawn() {
    let empty = Picture::new(&assembly(Vec::new()), &[], View::All).unwrap();
    assert_eq!(serde_json::to_string(&empty).unwrap(), r#"{"version":1,"shapes":[],"arrows":[]}"#);
    assert!(
        empty.svg().contains("</svg>") && empty.page("app").contains("There is neither stack nor chart.")
    );
    assert_eq!((empty.mermaid(), empty.dot().lines().count()), ("flowchart LR\n".to_owned(), 6));
}
