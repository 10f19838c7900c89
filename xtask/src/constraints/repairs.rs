//! Where the schemas are wrong about a value, which we know from AWS's documentation.

use serde_json::Value;

/// Formats that values need not have: of which type and property.
const FORMATS: [(&str, &str, &str); 1] = [
    // A reservation is of either family: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html>
    ("AWS::EC2::SubnetCidrReservation", "Cidr", "ipv4-network"),
];

/// Leaves out what the schema of a type is wrong about; fails for what it does not say any more.
pub(super) fn repair(type_name: &str, schema: &mut Value) -> Result<(), String> {
    for (_, property, format) in FORMATS.into_iter().filter(|(repaired, ..)| *repaired == type_name) {
        let value = schema["properties"][property].as_object_mut();
        let removed = value.and_then(|value| value.remove("format"));
        if removed.as_ref().and_then(Value::as_str) != Some(format) {
            return Err(format!("{type_name}.{property} has not the format {format}: drop its repair"));
        }
    }
    Ok(())
}
