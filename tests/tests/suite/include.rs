//! Existing templates become part of a stack, with their names.

use insta::assert_snapshot;
use stackwright::aws::ec2;
use stackwright::cfn::read;
use stackwright::prelude::*;

use crate::{findings, template};

const LEGACY: &str = r#"
Description: what there was
Parameters:
  Block: {Type: String, Default: 10.0.0.0/16}
Mappings:
  Sizes: {small: {count: 1}}
Conditions:
  IsMain: !Equals [!Ref AWS::Region, us-east-1]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: !Ref Block
  Subnet:
    Type: AWS::EC2::Subnet
    Condition: IsMain
    DependsOn: Vpc
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, !FindInMap [Sizes, small, count], 8]]
      Tags: [{Key: Name, Value: !Sub "${AWS::StackName}-${Vpc}"}]
Outputs:
  VpcId: {Value: !Ref Vpc, Export: {Name: legacy-vpc}}
  SubnetId: {Value: !Ref Subnet, Condition: IsMain}
"#;

fn legacy() -> stackwright::cfn::Template {
    read(LEGACY).unwrap()
}

#[test]
fn an_included_template_keeps_its_names_and_takes_references() {
    let app = App::new();
    app.tag(("owner", "app"));
    let stack = Stack::new(&app, "legacy");
    let include = Include::new(&stack, "include", legacy());
    let vpc = include.resource::<ec2::Vpc>("Vpc");
    vpc.edit(|vpc| vpc.enable_dns_support(true));
    let subnet = ec2::Subnet::new(ec2::SubnetRequired { vpc_id: vpc.ref_() }).cidr_block("10.0.0.0/24");
    Resource::new(&stack, "New", subnet.cidr_block(include.parameter::<String>("Block")));
    assert_snapshot!(template(&app, "legacy"));
}

#[test]
fn another_stack_can_use_what_is_included() {
    let app = App::new();
    let (old, new) = (Stack::new(&app, "old"), Stack::new(&app, "new"));
    let include = Include::new(&old, "include", legacy());
    let vpc = include.resource::<ec2::Vpc>("Vpc");
    let subnet = ec2::Subnet::new(ec2::SubnetRequired { vpc_id: vpc.ref_() }).cidr_block("10.0.0.0/24");
    Resource::new(&new, "Subnet", subnet);
    assert_snapshot!(template(&app, "new"));
}

#[test]
fn what_does_not_fit_is_told() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let text = LEGACY
        .replace("!Ref Vpc\n", "!Ref Vcp\n")
        .replace("IsMain\n", "isMain\n")
        .replace("[Sizes,", "[Size,");
    let include = Include::new(&stack, "include", read(&text).unwrap());
    let nothing = include.resource::<ec2::Vpc>("Network");
    include.resource::<ec2::InternetGateway>("Vpc");
    Resource::new(&stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16"));
    Resource::new(&stack, "Gateway", ec2::InternetGateway::new())
        .add_metadata("Block", include.parameter::<String>("Range"));
    crate::queue(&stack, "Queue").set_property("Vpc", nothing.ref_());
    assert_snapshot!(findings(&app));
}

#[test]
fn loops_are_kept_and_what_they_make_is_trusted() {
    let app = App::new();
    let stack = Stack::new(&app, "loops");
    let text = r#"
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Queues:
    - Name
    - [A, B]
    - Queue${Name}: {Type: AWS::SQS::Queue}
  First: {Type: AWS::SQS::Queue, DependsOn: QueueA}
"#;
    Include::new(&stack, "include", read(text).unwrap());
    assert_snapshot!(template(&app, "loops"));
}

#[test]
fn sections_without_elements_come_along() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let text = "{Transform: AWS::Serverless-2016-10-31, Globals: {Function: {Timeout: 10}}, Hooks: {},
        Metadata: {a: 1}, Resources: {Queue: {Type: AWS::SQS::Queue}}}";
    Include::new(&stack, "include", read(text).unwrap());
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert!(assembly.warnings.is_empty());
    assert_snapshot!(String::from_utf8_lossy(assembly.file("stack.template.json").unwrap()));
}

#[test]
fn what_two_templates_say_differently_is_told() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let text = |timeout, name| {
        format!(
            "{{Globals: {{Timeout: {timeout}}}, Metadata: {{same: 1}}, Resources: {{{name}: {{Type: AWS::SQS::Queue}}}}}}"
        )
    };
    Include::read(&stack, "one", &text(1, "One"));
    Include::read(&stack, "two", &text(2, "Two"));
    assert_snapshot!(findings(&app));
}
