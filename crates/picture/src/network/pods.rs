//! Networks of pods, and the pods that have interfaces in them.

use stackwright_k8s::{Data, Map, Object};

use super::cluster;
use crate::picture::Picture;
use crate::program::{Chart, Program, shape_id, shown};
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

/// The annotation by which pods ask for interfaces.
const NETWORKS: &str = "k8s.v1.cni.cncf.io/networks";

/// A network, and what its configuration says.
pub(super) struct Network {
    pub(super) id: String,
    pub(super) name: String,
    /// The blocks that it hands out addresses of, with the first and the last where these are given.
    pub(super) ranges: Vec<Handed>,
}

/// Addresses that a network hands out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Handed {
    pub(super) block: String,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
}

/// An interface that pods ask for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    namespace: Option<String>,
    name: String,
    interface: Option<String>,
    addresses: Vec<String>,
}

pub(super) fn add(program: &Program<'_>, picture: &mut Picture) -> Vec<Network> {
    let is_drawn = |object: &Object| is_network(object) || pod(object).is_some();
    let charts = program.charts.iter().filter(|chart| chart.objects.iter().any(is_drawn));
    let charts: Vec<(&Chart<'_>, String)> =
        charts.map(|chart| (chart, cluster::of_chart(program, chart.deployable, picture))).collect();
    let mut networks = Vec::new();
    for (chart, cluster) in &charts {
        for object in chart.objects.iter().filter(|object| is_network(object)) {
            networks.push(add_network(chart, object, cluster, picture));
        }
    }
    for (chart, cluster) in &charts {
        for object in &chart.objects {
            if let Some((template, count)) = pod(object) {
                add_pods(chart, object, template, count, cluster, picture);
            }
        }
    }
    networks
}

fn is_network(object: &Object) -> bool {
    object.group() == "k8s.cni.cncf.io" && object.kind() == "NetworkAttachmentDefinition"
}

/// The shape of an object of a chart.
fn shape(chart: &Chart<'_>, object: &Object, kind: ShapeKind) -> Shape {
    let id = object.to_string();
    let entry = chart.deployable.source_map.iter().find(|entry| entry.id == id);
    let mut shape =
        Shape::new(shape_id(&chart.deployable.name, &id), kind, object.name().unwrap_or_default());
    shape.path = entry.map(|entry| entry.path.clone());
    shape.source = entry.map(|entry| entry.source.clone());
    shape
        .property("kind", object.kind())
        .property("namespace", object.namespace().unwrap_or("default"))
        .property("chart", &*chart.deployable.name)
}

fn add_network(chart: &Chart<'_>, object: &Object, cluster: &str, picture: &mut Picture) -> Network {
    let mut shape = shape(chart, object, ShapeKind::Network).within(cluster);
    let config = object.fields().get("spec").and_then(Data::as_map).and_then(|spec| spec.get("config"));
    let config = config.and_then(Data::as_str).and_then(|text| Data::from_yaml(text).ok());
    let mut ranges = Vec::new();
    match config.as_ref().and_then(Data::as_map) {
        Some(config) => {
            // Of a chain of plugins, the first one makes the interface.
            let chain = config.get("plugins").and_then(Data::as_list);
            let plugin = chain.and_then(|chain| chain.first()?.as_map()).unwrap_or(config);
            let get = |key: &str| plugin.get(key).and_then(Data::as_str);
            let ipam = plugin.get("ipam").and_then(Data::as_map);
            let ipam = ipam.and_then(|ipam| ipam.get("type")).and_then(Data::as_str);
            let master = ["master", "device", "bridge"].iter().find_map(|key| get(key));
            let on = master.map(|master| format!("on {master}"));
            let interface =
                [get("type"), get("mode"), on.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let addresses = ipam.map(|ipam| format!("{ipam} addresses"));
            shape.note = [Some(interface), addresses].into_iter().flatten().collect::<Vec<_>>().join(", ");
            let known =
                [("plugin", get("type")), ("mode", get("mode")), ("master", master), ("addresses", ipam)];
            for (name, value) in known {
                if let Some(value) = value {
                    shape = shape.property(name, value);
                }
            }
            handed(&Data::Map(config.clone()), &mut ranges);
        }
        None => shape.note = "as each node configures it".to_owned(),
    }
    let network = Network { id: shape.id.clone(), name: shape.name.clone(), ranges };
    picture.add(shape);
    network
}

/// The addresses that plugins hand out, wherever in the configuration these say so.
fn handed(config: &Data, found: &mut Vec<Handed>) {
    match config {
        Data::List(items) => items.iter().for_each(|item| handed(item, found)),
        Data::Map(map) => {
            let text = |key: &str| map.get(key).and_then(Data::as_str).map(str::to_owned);
            let first = || text("rangeStart").or_else(|| text("range_start"));
            let last = || text("rangeEnd").or_else(|| text("range_end"));
            if let Some(block) = text("subnet").or_else(|| text("range")) {
                found.push(Handed { block, first: first(), last: last() });
            }
            // What a route leads to is no address of the network.
            map.iter().filter(|(key, _)| *key != "routes").for_each(|(_, value)| handed(value, found));
        }
        _ => {}
    }
}

/// The template of the pods that an object makes, and how many these are.
fn pod(object: &Object) -> Option<(&Map, Option<i64>)> {
    fn within<'m>(map: &'m Map, path: &[&str]) -> Option<&'m Map> {
        path.iter().try_fold(map, |map, key| map.get(key).and_then(Data::as_map))
    }
    let fields = object.fields();
    let path: &[&str] = match (object.group(), object.kind()) {
        ("", "Pod") => &[],
        ("apps", "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet") | ("batch", "Job") => {
            &["spec", "template"]
        }
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    };
    let count = match within(fields, &["spec"])?.get("replicas") {
        Some(Data::Int(count)) => Some(*count),
        _ => None,
    };
    Some((within(fields, path)?, count))
}

fn add_pods(
    chart: &Chart<'_>,
    object: &Object,
    template: &Map,
    count: Option<i64>,
    cluster: &str,
    picture: &mut Picture,
) {
    let spec = template.get("spec").and_then(Data::as_map);
    let get = |key: &str| spec.and_then(|spec| spec.get(key));
    let mut shape = shape(chart, object, ShapeKind::Pods).within(cluster);
    shape.note = match count {
        Some(count) => format!("{} × {count}", object.kind()),
        None => object.kind().to_owned(),
    };
    if get("hostNetwork") == Some(&Data::Bool(true)) {
        shape = shape.property(HOST, "yes");
    }
    for (key, value) in get("nodeSelector").and_then(Data::as_map).map(Map::iter).into_iter().flatten() {
        shape = shape.property(format!("node selector {key}"), shown(&words(value)));
    }
    let containers = get("containers").and_then(Data::as_list).unwrap_or_default();
    let images: Vec<String> =
        containers.iter().filter_map(|it| it.as_map()?.get("image")).map(words).collect();
    if !images.is_empty() {
        shape = shape.property("images", shown(&images.join(", ")));
    }
    let (id, namespace) = (shape.id.clone(), object.namespace().unwrap_or("default").to_owned());
    picture.add(shape);

    let annotation = template.get("metadata").and_then(Data::as_map);
    let annotation = annotation.and_then(|it| it.get("annotations")?.as_map()?.get(NETWORKS)?.as_str());
    for (number, wanted) in (1..).zip(annotation.map(wanted).unwrap_or_default()) {
        let namespace = wanted.namespace.unwrap_or_else(|| namespace.clone());
        let network = network(picture, cluster, &namespace, &wanted.name);
        let label = wanted.interface.unwrap_or_else(|| format!("net{number}"));
        let arrow = Arrow::new(&*id, network, ArrowKind::Attached).label(label);
        picture.link(arrow.values(wanted.addresses));
    }
}

/// The property of pods that have no interfaces but those of their node.
pub(crate) const HOST: &str = "on the network of its node";

fn words(data: &Data) -> String {
    match data {
        Data::Text(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// The shape of a network of a cluster, added where the app does not make it.
fn network(picture: &mut Picture, cluster: &str, namespace: &str, name: &str) -> String {
    let is_it = |shape: &&Shape| {
        let mut properties = shape.properties.iter();
        shape.name == name
            && shape.within.as_deref() == Some(cluster)
            && properties.any(|it| it.name == "namespace" && it.value == namespace)
    };
    if let Some(shape) = picture.of_kind(ShapeKind::Network).find(is_it) {
        return shape.id.clone();
    }
    let id = format!("{cluster}/NetworkAttachmentDefinition {namespace}/{name}");
    let shape = Shape::new(&*id, ShapeKind::Network, name).within(cluster).note("not of this app");
    picture.add(shape.property("namespace", namespace).property("made by", "not this app"));
    id
}

/// What the annotation of pods asks for, in either of its forms.
///
/// Source: [Multus, how to use](https://github.com/k8snetworkplumbingwg/multus-cni/blob/master/docs/how-to-use.md)
fn wanted(annotation: &str) -> Vec<Wanted> {
    if annotation.trim_start().starts_with('[') {
        let Ok(Data::List(items)) = Data::from_yaml(annotation) else { return Vec::new() };
        return items.iter().filter_map(|item| long(item.as_map()?)).collect();
    }
    annotation.split(',').map(str::trim).filter(|item| !item.is_empty()).map(short).collect()
}

fn long(item: &Map) -> Option<Wanted> {
    let text = |key: &str| item.get(key).and_then(Data::as_str).map(str::to_owned);
    let addresses = item.get("ips").and_then(Data::as_list).unwrap_or_default();
    let addresses = addresses.iter().map(words).collect();
    Some(Wanted {
        namespace: text("namespace"),
        name: text("name")?,
        interface: text("interface"),
        addresses,
    })
}

/// `namespace/name@interface`, of which only the name has to be there.
fn short(item: &str) -> Wanted {
    let (item, interface) = item.split_once('@').map_or((item, None), |(item, it)| (item, Some(it)));
    let (namespace, name) = item.split_once('/').map_or((None, item), |(it, name)| (Some(it), name));
    Wanted {
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
        interface: interface.map(str::to_owned),
        addresses: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_read_in_either_form() {
        let wanted = |text| -> Vec<(Option<String>, String, Option<String>, usize)> {
            let all = wanted(text).into_iter();
            all.map(|it| (it.namespace, it.name, it.interface, it.addresses.len())).collect()
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            wanted("data, planes/user@n3,"),
            [(None, "data".to_owned(), None, 0), (text("planes"), "user".to_owned(), text("n3"), 0)]
        );
        let json =
            r#"[{"name":"data","ips":["10.0.0.4/24","fd00::4/64"]},{"name":"b","namespace":"c"},{"x":1}]"#;
        let long = wanted(json);
        assert_eq!(long, [(None, "data".to_owned(), None, 2), (text("c"), "b".to_owned(), None, 0)]);
        assert_eq!(wanted("[not json"), []);
    }

    #[test]
    fn addresses_are_found_wherever_plugins_keep_them() {
        let handed = |config: &str| {
            let mut found = Vec::new();
            handed(&Data::from_yaml(config).unwrap(), &mut found);
            found.into_iter().map(|it| (it.block, it.first.unwrap_or_default())).collect::<Vec<_>>()
        };
        let config = r#"{"plugins":[{"ipam":{"ranges":[[{"subnet":"10.0.0.0/24","rangeStart":"10.0.0.4"}]],
            "routes":[{"subnet":"0.0.0.0/0"}]}}]}"#;
        assert_eq!(handed(config), [("10.0.0.0/24".to_owned(), "10.0.0.4".to_owned())]);
        assert_eq!(
            handed(r#"{"ipam":{"range":"10.0.1.0/24"}}"#),
            [("10.0.1.0/24".to_owned(), String::new())]
        );
    }
}
