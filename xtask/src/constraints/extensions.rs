//! Conditions beside the schemas: which of cfn-lint's extensions hold where.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::conditions::within;

/// The extensions that are taken, each with the places it holds for: a resource type, and the way to a property.
///
/// Left alone are lists of what regions have, which are out of date soon, and what asks about other resources.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("aws_apigateway_restapi/openapi_properties", &["AWS::ApiGateway::RestApi"]),
    (
        "aws_codebuild_project/s3_locations",
        &["AWS::CodeBuild::Project/Artifacts", "AWS::CodeBuild::Project/Source"],
    ),
    ("aws_dynamodb_table/billingmode_exclusive", &["AWS::DynamoDB::Table"]),
    ("aws_dynamodb_table/billingmode_provisioned_dependent", &["AWS::DynamoDB::Table"]),
    (
        "aws_ec2_instance/blockdevicemappings",
        &[
            "AWS::AutoScaling::LaunchConfiguration/BlockDeviceMappings/*/Ebs",
            "AWS::EC2::Instance/BlockDeviceMappings/*/Ebs",
            "AWS::EC2::LaunchTemplate/LaunchTemplateData/BlockDeviceMappings/*/Ebs",
            "AWS::EC2::SpotFleet/SpotFleetRequestConfigData/LaunchSpecifications/*/BlockDeviceMappings/*/Ebs",
        ],
    ),
    ("aws_ec2_instance/privateipaddress", &["AWS::EC2::Instance", "AWS::EC2::NetworkInterface"]),
    ("aws_ec2_securitygroup/all_to_and_from_ports", PORTS),
    ("aws_ec2_securitygroup/protocols_and_port_ranges_include", PORTS),
    ("aws_ecs_service/fargate", &["AWS::ECS::Service"]),
    (
        "aws_elasticloadbalancing_loadbalancer/certificate",
        &["AWS::ElasticLoadBalancing::LoadBalancer/Listeners/*"],
    ),
    ("aws_elasticloadbalancingv2_listener/certificate", &["AWS::ElasticLoadBalancingV2::Listener"]),
    (
        "aws_elasticloadbalancingv2_targetgroup/healthcheckprotocol_restrictions",
        &["AWS::ElasticLoadBalancingV2::TargetGroup"],
    ),
    (
        "aws_elasticloadbalancingv2_targetgroup/protocol_restrictions",
        &["AWS::ElasticLoadBalancingV2::TargetGroup"],
    ),
    (
        "aws_elasticloadbalancingv2_targetgroup/targettype_restrictions",
        &["AWS::ElasticLoadBalancingV2::TargetGroup"],
    ),
    ("aws_lambda_eventsourcemapping/eventsourcearn_sqs_exclusive", &["AWS::Lambda::EventSourceMapping"]),
    ("aws_lambda_eventsourcemapping/eventsourcearn_stream_inclusive", &["AWS::Lambda::EventSourceMapping"]),
    ("aws_lambda_function/loglevel_logformat", &["AWS::Lambda::Function"]),
    ("aws_lambda_function/packagetype_image_exclusions", &["AWS::Lambda::Function"]),
    ("aws_lambda_function/zipfile_runtime_enum", &["AWS::Lambda::Function"]),
    ("aws_lambda_function/zipfile_runtime_exists", &["AWS::Lambda::Function"]),
    ("aws_rds_dbcluster/serverless_exclusive", &["AWS::RDS::DBCluster"]),
    (
        "aws_route53_healthcheck/healthcheckconfig_type_inclusive",
        &["AWS::Route53::HealthCheck/HealthCheckConfig"],
    ),
    (
        "aws_route53_recordset/recordset_alias",
        &["AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup/RecordSets/*"],
    ),
    ("aws_s3_bucket/ownershipcontrols", &["AWS::S3::Bucket"]),
    ("aws_sqs_queue/properties", &["AWS::SQS::Queue"]),
];

const PORTS: &[&str] = &[
    "AWS::EC2::SecurityGroup/SecurityGroupEgress/*",
    "AWS::EC2::SecurityGroup/SecurityGroupIngress/*",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
];

/// What holds for resource types beyond their schemas, each in one line.
pub(super) fn read(folder: &Path) -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut conditions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, places) in EXTENSIONS {
        let terms = terms(&super::json(&folder.join(format!("{name}.json")))?)
            .ok_or_else(|| format!("extension {name} asks what cannot be said"))?;
        for place in *places {
            let mut way = place.split('/');
            let type_name = way.next().unwrap_or_default();
            let term = way.rev().fold(terms.clone(), |inner, step| match step {
                "*" => format!("each({inner})"),
                step => format!("at({step}: {inner})"),
            });
            conditions.entry(type_name.to_owned()).or_default().push(term);
        }
    }
    Ok(conditions)
}

fn terms(extension: &Value) -> Option<String> {
    within(extension).map(|terms| terms.join(" "))
}
