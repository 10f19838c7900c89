//! What is stored as it is.
//!
//! Nothing is said of what AWS always encrypts: log groups, buckets, tables of DynamoDB, secrets of EKS.

use stackwright_cfn::{Map, Node, Resource};

use crate::known::{Setting, below, items, setting};
use crate::{About, Document, Finding, Place, Section, Way};

const VOLUME: About = About::new(
    "unencrypted-volume",
    "who gets hold of a volume or a snapshot of it reads all that was written",
);
const STORAGE: About = About::new(
    "unencrypted-storage",
    "who gets hold of the storage or a copy of it reads all that was written",
);

pub(super) const ABOUT: &[About] = &[VOLUME, STORAGE];

/// A type that encrypts only if it is told to, the way to the property that tells it, and what decides it elsewhere.
struct Store {
    type_name: &'static str,
    way: &'static [&'static str],
    /// With one of these properties it is as what it is made of.
    except: &'static [&'static str],
    /// Whether it is encrypted where nothing is said.
    by_default: bool,
}

const fn store(
    type_name: &'static str,
    way: &'static [&'static str],
    except: &'static [&'static str],
) -> Store {
    Store { type_name, way, except, by_default: false }
}

const SNAPSHOT: &[&str] = &["SnapshotIdentifier", "SourceDBClusterIdentifier"];

const STORES: [Store; 11] = [
    store("AWS::EFS::FileSystem", &["Encrypted"], &[]),
    store(
        "AWS::RDS::DBInstance",
        &["StorageEncrypted"],
        &[
            "DBClusterIdentifier",
            "DBSnapshotIdentifier",
            "DBClusterSnapshotIdentifier",
            "SourceDBInstanceIdentifier",
            "SourceDbiResourceId",
            "SourceDBInstanceAutomatedBackupsArn",
            "SourceDBClusterIdentifier",
        ],
    ),
    store("AWS::RDS::DBCluster", &["StorageEncrypted"], SNAPSHOT),
    store("AWS::DocDB::DBCluster", &["StorageEncrypted"], SNAPSHOT),
    store("AWS::Neptune::DBCluster", &["StorageEncrypted"], SNAPSHOT),
    store("AWS::ElastiCache::ReplicationGroup", &["AtRestEncryptionEnabled"], &[]),
    store("AWS::Kinesis::Stream", &["StreamEncryption", "EncryptionType"], &[]),
    store("AWS::OpenSearchService::Domain", &["EncryptionAtRestOptions", "Enabled"], &[]),
    store("AWS::Elasticsearch::Domain", &["EncryptionAtRestOptions", "Enabled"], &[]),
    Store { by_default: true, ..store("AWS::Redshift::Cluster", &["Encrypted"], &["SnapshotIdentifier"]) },
    Store { by_default: true, ..store("AWS::SQS::Queue", &["SqsManagedSseEnabled"], &["KmsMasterKeyId"]) },
];

pub(super) fn check<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    let (type_name, properties) = (resource.type_name.as_str(), &resource.properties);
    let element = Way::to(Section::Resource, id);
    let way = element.key("Properties");
    match type_name {
        "AWS::EC2::Volume" => volume(document, properties, &way, found),
        "AWS::EC2::Instance" | "AWS::AutoScaling::LaunchConfiguration" => {
            devices(document, properties.get("BlockDeviceMappings"), &way, found);
        }
        "AWS::EC2::LaunchTemplate" => {
            let devices_of = below(properties, &["LaunchTemplateData", "BlockDeviceMappings"]);
            devices(document, devices_of, &way.key("LaunchTemplateData"), found);
        }
        _ => {}
    }
    for store in STORES.iter().filter(|store| store.type_name == type_name) {
        if store.except.iter().any(|key| properties.contains_key(key)) {
            continue;
        }
        let is_stored_plainly = match is_on(document, properties, store.way) {
            Setting::Absent => !store.by_default,
            Setting::Off => true,
            Setting::On | Setting::Unknown => false,
        };
        if is_stored_plainly {
            let name = store.way.join(".");
            let finding = STORAGE.warning(format!("{type_name} {id:?} is not encrypted: {name} is not set"));
            found.push(Finding::new(place(&way, properties, store.way), finding.hint("encrypt it")));
        }
    }
}

/// Whether the setting at a way is on. What is on the way there may be known only at deploy time.
fn is_on<'n>(document: &Document<'n>, properties: &'n Map, way: &[&str]) -> Setting {
    match (way, properties.get(way[0])) {
        (_, None) => Setting::Absent,
        ([_], node) => match (setting(document, node), node) {
            // A type of encryption is a word.
            (Setting::Unknown, Some(Node::Text(word))) if word == "NONE" => Setting::Off,
            (other, _) => other,
        },
        ([_, rest @ ..], Some(Node::Map(map))) => is_on(document, map, rest),
        _ => Setting::Unknown,
    }
}

/// The place of the setting, or of the resource's properties where it is not set.
fn place(way: &Way<'_>, properties: &Map, keys: &[&str]) -> Place {
    let is_set = below(properties, keys).is_some();
    let place = way.place();
    if is_set { keys.iter().fold(place, |place, key| place.at(*key)) } else { place }
}

fn devices<'n>(document: &Document<'n>, devices: Option<&'n Node>, way: &Way<'_>, found: &mut Vec<Finding>) {
    let list = way.key("BlockDeviceMappings");
    for (index, map) in items(document, devices) {
        let way = list.index(index.unwrap_or_default());
        for (_, ebs) in items(document, map.get("Ebs")) {
            volume(document, ebs, &way.key("Ebs"), found);
        }
    }
}

/// A volume made of a snapshot is as the snapshot is.
fn volume<'n>(document: &Document<'n>, volume: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let is_plain = match setting(document, volume.get("Encrypted")) {
        Setting::Absent => !volume.contains_key("SnapshotId"),
        Setting::Off => true,
        Setting::On | Setting::Unknown => false,
    };
    if is_plain {
        let finding = VOLUME
            .warning("the volume is not encrypted, unless the account encrypts all: Encrypted is not true");
        found.push(Finding::new(place(way, volume, &["Encrypted"]), finding.hint("set Encrypted to true")));
    }
}
