//! `validate FILE…`: templates and manifests, whatever made them.

use insta::assert_snapshot;

use crate::app::{Place, Synthesis};

const TEMPLATE: &str = "\
Parameters:
  Delay: {Type: Number, Default: 901}
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: !Ref Delay
      VisibilityTimeout: 43201
      Tag:
        - {Key: team, Value: network}
";

const MANIFEST: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx
      volumeMounts: [{name: data, mountPath: /data}]
";

const SOUND: &str = r#"{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}"#;

fn not_asked(_: &stackwright_cli::Options) -> Synthesis {
    unreachable!("files are looked at without the program")
}

#[test]
fn files_with_errors() {
    let place = Place::new();
    place.put("jobs.yaml", TEMPLATE);
    place.put("apps/web.yaml", MANIFEST);
    place.put("broken.json", "{\"Resources\": [1]}");
    assert_snapshot!(place.run("validate jobs.yaml apps/web.yaml broken.json", not_asked));
}

#[test]
fn files_with_errors_for_machines() {
    let place = Place::new();
    place.put("web.yaml", MANIFEST);
    assert_snapshot!(place.run("validate --json web.yaml", not_asked));
}

#[test]
fn sound_files() {
    let place = Place::new();
    place.put("jobs.json", SOUND);
    place.put("web.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n");
    assert_snapshot!(place.run("validate jobs.json web.yaml", not_asked));
}

#[test]
fn files_that_acknowledge_and_have_one_export() {
    let template = |topic: &str| {
        format!(
            "Metadata: {{Stackwright: {{acknowledge: {{unencrypted-storage: only public data}}}}}}\n\
             Resources:\n  {topic}: {{Type: AWS::EFS::FileSystem}}\n\
             Outputs:\n  {topic}: {{Value: !Ref {topic}, Export: {{Name: shared}}}}\n"
        )
    };
    let place = Place::new();
    place.put("one.yaml", &template("One"));
    place.put("two.yaml", &template("Two"));
    assert_snapshot!(place.run("validate one.yaml two.yaml", not_asked));
}

#[test]
fn a_file_that_is_not_there() {
    assert_snapshot!(Place::new().run("validate nothing.yaml", not_asked));
}
