//! What is open that need not be: buckets, databases, endpoints, credentials of instances.

use std::borrow::Cow;

use stackwright_cfn::{Map, Node, Resource};

use super::ingress::is_everywhere;
use crate::known::{Setting, below, setting, texts, texts_of};
use crate::{About, Document, Finding, Section, Way};

const BUCKET: About =
    About::new("public-bucket", "what is in a public bucket is read, and indexed, by anybody");
const DATABASE: About = About::new(
    "public-database",
    "a database with a public address is one stolen password away from anybody",
);
const ENDPOINT: About = About::new(
    "public-endpoint",
    "an endpoint that the whole internet reaches has only credentials between it and anybody",
);
const METADATA: About = About::new(
    "imdsv1",
    "the first version of the metadata service gives an instance's credentials to whoever can make it send a request",
);

pub(super) const ABOUT: &[About] = &[BUCKET, DATABASE, ENDPOINT, METADATA];

pub(super) fn check<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    let properties = &resource.properties;
    let element = Way::to(Section::Resource, id);
    let way = element.key("Properties");
    match resource.type_name.as_str() {
        "AWS::S3::Bucket" => bucket(document, properties, &way, found),
        "AWS::RDS::DBInstance" | "AWS::Redshift::Cluster"
            if setting(document, properties.get("PubliclyAccessible")) == Setting::On =>
        {
            let finding = DATABASE.warning("the database gets a public address: PubliclyAccessible is true");
            let place = way.key("PubliclyAccessible").place();
            found.push(Finding::new(place, finding.value("true").hint("leave it in private subnets")));
        }
        "AWS::EKS::Cluster" => cluster(document, properties, &way, found),
        "AWS::Lambda::Url"
            if texts_of(document, properties, "AuthType").iter().any(|text| text == "NONE") =>
        {
            let finding = ENDPOINT.warning("anybody can call the function by its URL: AuthType is \"NONE\"");
            let hint = "AWS_IAM lets only principals with permission call it";
            found.push(Finding::new(way.key("AuthType").place(), finding.value("NONE").hint(hint)));
        }
        "AWS::EC2::LaunchTemplate" => {
            let data = way.key("LaunchTemplateData");
            if let Some(Node::Map(map)) = properties.get("LaunchTemplateData") {
                metadata(document, map, &data, found);
            }
        }
        "AWS::AutoScaling::LaunchConfiguration" => metadata(document, properties, &way, found),
        "AWS::EC2::Instance" if !properties.contains_key("LaunchTemplate") => {
            metadata(document, properties, &way, found);
        }
        _ => {}
    }
}

fn bucket<'n>(document: &Document<'n>, properties: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    for control in texts_of(document, properties, "AccessControl") {
        if matches!(&*control, "PublicRead" | "PublicReadWrite" | "AuthenticatedRead") {
            let finding = BUCKET.warning(format!("the bucket is public: AccessControl is {control:?}"));
            let hint = "leave it out, and let CloudFront or a policy give out what is public";
            found.push(Finding::new(way.key("AccessControl").place(), finding.value(control).hint(hint)));
        }
    }
    let block = way.key("PublicAccessBlockConfiguration");
    let Some(Node::Map(map)) = properties.get("PublicAccessBlockConfiguration") else { return };
    for key in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
        if setting(document, map.get(key)) == Setting::Off {
            let finding = BUCKET.warning(format!("the bucket may be made public: {key} is false"));
            let hint = "leave the configuration out: S3 blocks all public access by itself";
            found.push(Finding::new(block.key(key).place(), finding.value("false").hint(hint)));
        }
    }
}

/// A cluster has a public endpoint for everybody, where nothing else is said.
///
/// Source: <https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html>
fn cluster<'n>(document: &Document<'n>, properties: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let Some(Node::Map(config)) = properties.get("ResourcesVpcConfig") else { return };
    let way = way.key("ResourcesVpcConfig");
    if !matches!(setting(document, config.get("EndpointPublicAccess")), Setting::Absent | Setting::On) {
        return;
    }
    let (key, blocks) = match config.get("PublicAccessCidrs") {
        Some(node) => ("PublicAccessCidrs", texts(document, node)),
        None => ("EndpointPublicAccess", vec![Cow::Borrowed("0.0.0.0/0")]),
    };
    if let Some(block) = blocks.into_iter().find(|block| is_everywhere(block)) {
        let message = format!("the whole internet ({block}) can reach the endpoint of the cluster");
        let place = if config.contains_key(key) { way.key(key).place() } else { way.place() };
        let hint = "limit it to blocks (PublicAccessCidrs), or have only the private endpoint";
        found.push(Finding::new(place, ENDPOINT.warning(message).value(block).hint(hint)));
    }
}

/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>
fn metadata<'n>(document: &Document<'n>, map: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let options = match map.get("MetadataOptions") {
        None => None,
        Some(Node::Map(options)) => Some(options),
        Some(_) => return,
    };
    let given = |key| below(options?, &[key]).map(|node| texts(document, node));
    if given("HttpEndpoint").is_some_and(|texts| texts.iter().all(|text| text == "disabled")) {
        return;
    }
    let tokens = given("HttpTokens");
    let is_open = match &tokens {
        None => true,
        Some(texts) => texts.iter().any(|text| text == "optional"),
    };
    if is_open {
        let (said, place) = match tokens {
            Some(_) => ("\"optional\"", way.key("MetadataOptions").key("HttpTokens").place()),
            None => ("not set", way.place()),
        };
        let message = format!("instances may answer version 1 of the metadata service: HttpTokens is {said}");
        found.push(Finding::new(place, METADATA.warning(message).hint("set HttpTokens to \"required\"")));
    }
}
