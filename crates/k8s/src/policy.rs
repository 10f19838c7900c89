//! Annotations by which an object says how it wants to be deployed.

/// What becomes of the object when it leaves its chart, or the chart is destroyed: [`KEEP`]; left out: it is deleted if
/// the chart made it.
///
/// An object says so by what it is in the cluster: it has to be deployed with the annotation before it leaves. Helm's
/// `helm.sh/resource-policy: keep` means the same.
///
/// ```
/// use serde_json::json;
/// use stackwright_k8s::{Object, policy};
///
/// let object = Object::from_serialize(json!({
///     "apiVersion": "v1",
///     "kind": "PersistentVolumeClaim",
///     "metadata": { "name": "data", "annotations": { policy::REMOVAL: policy::KEEP } },
/// }))?;
/// assert!(object.to_yaml().contains("stackwright/removal-policy: keep"));
/// # Ok::<(), stackwright_k8s::SerializeError>(())
/// ```
pub const REMOVAL: &str = "stackwright/removal-policy";

/// The object stays in the cluster as it is.
pub const KEEP: &str = "keep";

/// What becomes of fields of the object that others have set to something else: [`TAKE_OVER`]; left out: the object is
/// refused, unless a deployment is told to take over all such fields.
pub const CONFLICT: &str = "stackwright/conflict-policy";

/// The fields are taken over, unless an ARN would go with what they hold: who it names may rely on it.
pub const TAKE_OVER: &str = "take-over";
