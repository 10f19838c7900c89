//! What a review finds.

use insta::assert_snapshot;
use stackwright_deploy::review::{Direction, Fate, Review};

use super::compared;

fn review(before: &str, after: &str) -> Review {
    let [before, after] = [before, after].map(|resources| format!("Resources: {{{resources}}}"));
    Review::of(&compared(&before, &after))
}

/// The findings in words, one a line.
fn told(review: &Review) -> String {
    let sign = |direction| if direction == Direction::Widened { '+' } else { '-' };
    let mut lines = Vec::new();
    for it in &review.permissions {
        let effect = if it.allows { "allow" } else { "deny" };
        let list = |word: &str, items: &[String]| match items {
            [] => String::new(),
            items => format!(" {word} {}", items.join(", ")),
        };
        lines.push(format!(
            "{} {:?} of {}: {effect}{}{}{}{}",
            sign(it.direction),
            it.form,
            it.of,
            list("to", &it.principals),
            list("do", &it.actions),
            list("on", &it.resources),
            it.condition.as_ref().map(|condition| format!(" if {condition}")).unwrap_or_default(),
        ));
    }
    for it in &review.openings {
        let public = if it.is_public { " (public)" } else { "" };
        lines.push(format!(
            "{} {}: {} {} {}{public}",
            sign(it.direction),
            it.of,
            it.flow,
            it.traffic,
            it.peer
        ));
    }
    for it in &review.losses {
        let because: Vec<String> = it.because.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "! {} {:?} {} holds data: {} because of {because:?}",
            it.id, it.fate, it.policy, it.holds_data
        ));
    }
    lines.join("\n")
}

fn check(before: &str, after: &str) -> String {
    told(&review(before, after))
}

/// A role with these policies.
fn role(trust: &str, rest: &str) -> String {
    format!(
        "R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{Statement: {trust}}}, {rest}}}}}"
    )
}

const TRUST: &str = "{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}";

fn inline(statements: &str) -> String {
    role(TRUST, &format!("Policies: [{{PolicyName: p, PolicyDocument: {{Statement: [{statements}]}}}}]"))
}

#[test]
fn a_new_role_is_all_new() {
    let after = inline("{Effect: Allow, Action: ['s3:Get*', 's3:List*'], Resource: !Sub '${B.Arn}/*'}");
    assert_snapshot!(check("", &after));
    assert!(review("", &after).is_widening());
    assert!(!review(&after, "").is_widening());
}

#[test]
fn only_what_is_not_covered_is_told() {
    let read = "{Effect: Allow, Action: 's3:GetObject', Resource: '*'}";
    let check = |before: &str, after: &str| check(&inline(before), &inline(after));
    assert_eq!(check(read, read), "");
    assert_eq!(
        check("{Effect: Allow, Action: ['s3:*'], Resource: '*'}", read),
        "- Identity of R: allow do s3:* on *"
    );
    assert_eq!(
        check(
            read,
            "{Effect: Allow, Action: ['S3:getobject', 's3:PutObject'], Resource: 'arn:aws:s3:::b/*'}"
        ),
        "+ Identity of R: allow do s3:PutObject on arn:aws:s3:::b/*\n\
         - Identity of R: allow do s3:GetObject on *"
    );
    let split =
        "{Effect: Allow, Action: [a:B, a:C], Resource: [x]}, {Effect: Allow, Action: a:D, Resource: y}";
    let merged = "{Effect: Allow, Action: a:B, Resource: x}, {Effect: Allow, Action: a:D, Resource: y}, \
                  {Effect: Allow, Action: a:C, Resource: x}";
    assert_eq!(check(split, merged), "");
    assert_eq!(
        check(read, "{Effect: Allow, NotAction: 'iam:*', Resource: '*'}"),
        "+ Identity of R: allow do not iam:* on *\n- Identity of R: allow do s3:GetObject on *"
    );
}

#[test]
fn conditions_and_denials_narrow() {
    let with = |rest: &str| format!("{{Effect: Allow, Action: a:B, Resource: x{rest}}}");
    let condition = ", Condition: {Bool: {'aws:SecureTransport': 'true'}}";
    let check = |before: &str, after: &str| check(&inline(before), &inline(after));
    assert_eq!(check(&with(condition), &with("")), "+ Identity of R: allow do a:B on x");
    assert_eq!(
        check(&with(""), &with(condition)),
        "- Identity of R: allow do a:B on x",
        "what is left is covered by what was"
    );
    let deny = "{Effect: Deny, Action: 'a:*', Resource: '*'}";
    assert_eq!(check(deny, ""), "+ Identity of R: deny do a:* on *");
    assert_eq!(check("", deny), "- Identity of R: deny do a:* on *");
}

#[test]
fn a_statement_may_move_between_the_policies_of_a_role() {
    let statement = "{Effect: Allow, Action: a:B, Resource: x}";
    let apart = format!(
        "{}, P: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: p, Roles: [!Ref R], \
         PolicyDocument: {{Statement: {statement}}}}}}}",
        role(TRUST, "")
    );
    assert_eq!(check(&inline(statement), &apart), "");
    let other = apart.replace("Roles: [!Ref R]", "Roles: [!Ref R, admin]");
    assert_eq!(check(&apart, &other), "+ Identity of admin: allow do a:B on x");
}

#[test]
fn trust_attachments_boundaries_and_groups() {
    let everybody = TRUST.replace("{Service: ec2.amazonaws.com}", "'*'");
    let before = role(TRUST, "ManagedPolicyArns: [a, b], PermissionsBoundary: limit");
    let after = role(&everybody, "ManagedPolicyArns: [!If [C, c, !Ref AWS::NoValue], b]")
        + ", M: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [!Ref R], PolicyDocument: {Statement: \
           {Effect: Allow, Action: '*', Resource: '*'}}}}";
    assert_snapshot!(check(&before, &after));
}

#[test]
fn policies_of_resources_are_found_wherever_they_stand() {
    let policy = "{Statement: {Effect: Allow, Principal: {AWS: '*'}, Action: 'x:Get'}}";
    assert_snapshot!(check(
        "",
        &format!(
            "B: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: b, PolicyDocument: {policy}}}}}, \
             K: {{Type: AWS::KMS::Key, Properties: {{KeyPolicy: '{{\"Statement\": [{{\"Effect\": \"Allow\", \"Principal\": \
             {{\"Service\": \"logs\"}}, \"Action\": \"kms:*\", \"Resource\": \"*\"}}]}}'}}}}, \
             L: {{Type: AWS::Lambda::Permission, Properties: {{Action: 'lambda:InvokeFunction', FunctionName: !GetAtt F.Arn, \
             Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}}}}"
        ),
    ));
}

#[test]
fn access_to_clusters_is_reviewed() {
    let entry = |policy: &str| {
        format!(
            "A: {{Type: AWS::EKS::AccessEntry, Properties: {{ClusterName: !Ref C, PrincipalArn: !GetAtt R.Arn, \
             KubernetesGroups: [viewers], AccessPolicies: [{policy}]}}}}, \
             P: {{Type: AWS::EKS::PodIdentityAssociation, Properties: {{ClusterName: !Ref C, Namespace: web, \
             ServiceAccount: app, RoleArn: !GetAtt R.Arn}}}}"
        )
    };
    let view = "{PolicyArn: view, AccessScope: {Type: namespace, Namespaces: [web]}}";
    let admin = "{PolicyArn: admin, AccessScope: {Type: cluster}}";
    assert_snapshot!(check("", &entry(view)));
    assert_eq!(
        check(&entry(view), &entry(admin)),
        "+ Attachment of R: allow do admin in C\n- Attachment of R: allow do view in namespaces web of C"
    );
}

#[test]
fn rules_of_groups_are_compared_by_what_they_let_through() {
    let group = |ingress: &str, egress: &str| {
        format!(
            "G: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: d, \
             SecurityGroupIngress: [{ingress}]{egress}}}}}"
        )
    };
    let rule = |ports: &str, peer: &str| format!("{{IpProtocol: tcp, {ports}, {peer}}}");
    let web = rule("FromPort: 443, ToPort: 443", "CidrIp: 10.0.0.0/8");
    let closed = ", SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: 10.0.0.0/8}]";
    assert_snapshot!(check(&group(&web, closed), &group(&web, "")));
    assert_eq!(
        check(
            &group(&web, closed),
            &group(&rule("FromPort: 443, ToPort: 443", "CidrIp: 10.1.0.0/16"), closed)
        ),
        "- G: ingress tcp 443 10.0.0.0/8",
        "what is left was let through before"
    );
    assert_eq!(
        check(
            &group(&web, closed),
            &group(&rule("FromPort: '400', ToPort: 500", "CidrIp: 52.0.0.0/8"), closed)
        ),
        "+ G: ingress tcp 400-500 52.0.0.0/8 (public)\n- G: ingress tcp 443 10.0.0.0/8"
    );
    let apart = group("", closed)
        + ", I: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt G.GroupId, IpProtocol: tcp, \
           FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}}";
    assert_eq!(check(&group(&web, closed), &apart), "");
    let from_group = rule("FromPort: 443, ToPort: 443", "SourceSecurityGroupId: !GetAtt G.GroupId");
    assert_eq!(check(&group("", closed), &group(&from_group, closed)), "+ G: ingress tcp 443 G");
}

#[test]
fn the_endpoint_of_a_cluster_is_an_opening() {
    let cluster = |config: &str| {
        format!(
            "C: {{Type: AWS::EKS::Cluster, Properties: {{RoleArn: r, ResourcesVpcConfig: {{SubnetIds: [s]{config}}}}}}}"
        )
    };
    let (private, office) =
        (cluster(", EndpointPublicAccess: 'false'"), cluster(", PublicAccessCidrs: [52.1.0.0/16]"));
    assert_eq!(check(&private, &office), "+ C: ingress tcp 443 52.1.0.0/16 (public)");
    assert_eq!(check(&office, &cluster("")), "+ C: ingress tcp 443 0.0.0.0/0 (public)");
    assert_eq!(check(&cluster(""), &office), "- C: ingress tcp 443 0.0.0.0/0 (public)");
}

#[test]
fn what_holds_data_or_is_to_be_kept_is_not_lost_unseen() {
    let table = |key: &str, rest: &str| {
        format!("T: {{Type: AWS::DynamoDB::Table, {rest} Properties: {{TableName: {key}, KeySchema: [a]}}}}")
    };
    let role = |rest: &str| {
        format!("R: {{Type: AWS::IAM::Role, {rest} Properties: {{AssumeRolePolicyDocument: {{}}}}}}")
    };
    let retain = "DeletionPolicy: Retain,";
    assert_eq!(check(&table("a", ""), &table("a", retain)), "");
    assert_eq!(check(&role(""), ""), "");
    assert_snapshot!(
        [
            check(&table("a", ""), ""),
            check(&table("a", retain), &table("b", retain)),
            check(&table("a", ""), &table("!Ref Name", "UpdateReplacePolicy: Snapshot,")),
            check(&role(retain), ""),
            check("D: {Type: AWS::RDS::DBCluster, Properties: {Engine: x}}", ""),
        ]
        .join("\n")
    );
}

#[test]
fn what_is_allowed_is_not_refused() {
    let review = review("A: {Type: AWS::S3::Bucket}, B: {Type: AWS::S3::Bucket}", "");
    let refused = |allowed: &[&str]| {
        let allowed: Vec<String> = allowed.iter().map(|id| (*id).to_owned()).collect();
        review.refused(&allowed).map(|loss| loss.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(refused(&[]), ["A", "B"]);
    assert_eq!(refused(&["A"]), ["B"]);
    assert!(review.losses.iter().all(|loss| loss.fate == Fate::Removed));
}
