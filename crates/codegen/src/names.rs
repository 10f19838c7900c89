//! The one place where CloudFormation's names become Rust's.

use crate::model::Type;

/// Spellings that the general rules would split at the wrong place, and what to read instead.
const SPELLINGS: &[(&str, &str)] = &[
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("OAuth", "Oauth"),
    ("VPCDHCP", "VpcDhcp"),
    ("vCpu", "Vcpu"),
    ("VCpu", "Vcpu"),
];

/// Rust's keywords, and the methods which every generated type has or should not hide.
const RESERVED: &[&str] = &[
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "borrow",
    "borrow_mut",
    "clone",
    "default",
    "fmt",
    "from",
    "from_properties",
    "into",
    "into_properties",
    "new",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

/// Type names that would hide what generated code or its readers take for granted.
const HIDING: &[&str] = &["Self", "String", "Vec"];

/// The words of a name, in lower case: `VPCZoneIdentifier` is `vpc`, `zone`, `identifier`.
pub fn words(name: &str) -> Vec<String> {
    let mut spelled = name.to_owned();
    for (from, to) in SPELLINGS {
        if spelled.contains(from) {
            spelled = spelled.replace(from, to);
        }
    }
    spelled
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .flat_map(split_case)
        .collect()
}

/// Splits `DBClusterARNs` into `db`, `cluster`, `arns`.
fn split_case(part: &str) -> Vec<String> {
    let chars = part.as_bytes();
    let upper = |at: usize| chars.get(at).is_some_and(u8::is_ascii_uppercase);
    let lower = |at: usize| chars.get(at).is_some_and(u8::is_ascii_lowercase);
    // The `s` that ends `ARNs` and `IDs` belongs to the acronym before it.
    let plural = |at: usize| at >= 2 && chars[at] == b's' && upper(at - 1) && upper(at - 2) && !lower(at + 1);
    let mut words = Vec::new();
    let mut start = 0;
    for at in 1..chars.len() {
        let starts_word = upper(at) && !upper(at - 1);
        let ends_acronym = upper(at) && upper(at - 1) && lower(at + 1) && !plural(at + 1);
        if starts_word || ends_acronym {
            words.push(part[start..at].to_ascii_lowercase());
            start = at;
        }
    }
    words.push(part[start..].to_ascii_lowercase());
    words
}

/// `AvailabilityZone` as `availability_zone`; a name that Rust or a generated type needs gets a `_` at its end.
pub fn snake(name: &str) -> String {
    let mut snake = words(name).join("_");
    if RESERVED.contains(&snake.as_str()) {
        snake.push('_');
    }
    snake
}

/// The setter of a further type that a property takes, beside the one that [`snake`] names: `policy_string` beside
/// `policy`.
pub fn alternative(property: &str, ty: &Type) -> String {
    let mut words = words(property);
    match ty {
        Type::String(_) | Type::Timestamp => words.push("string".to_owned()),
        Type::Integer(_) => words.push("integer".to_owned()),
        Type::Number => words.push("number".to_owned()),
        Type::Boolean => words.push("boolean".to_owned()),
        Type::Json | Type::Union(_) => words.push("json".to_owned()),
        Type::Tag => words.push("tag".to_owned()),
        Type::List(_) => words.push("list".to_owned()),
        Type::Map(_) => words.push("map".to_owned()),
        Type::Defined(name) => words.extend(self::words(name)),
    }
    words.join("_")
}

/// The method of an attribute. Where a dotted attribute would share its method with an undotted one, `CertificateAuthority.Data`
/// with `CertificateAuthorityData`, the dots are spelled out.
pub fn attribute<'a>(name: &str, others: impl IntoIterator<Item = &'a str>) -> String {
    let plain = words(name);
    if name.contains('.') && others.into_iter().any(|other| other != name && words(other) == plain) {
        let parts: Vec<String> = name.split('.').map(|part| words(part).join("_")).collect();
        return format!("attr_{}", parts.join("_dot_"));
    }
    format!("attr_{}", plain.join("_"))
}

/// `VPCEndpoint` as `VpcEndpoint`; a name that would hide one of Rust's gets a `Type` at its end.
pub fn camel(name: &str) -> String {
    let mut camel = join_camel(&words(name));
    if HIDING.contains(&camel.as_str()) {
        camel.push_str("Type");
    }
    camel
}

/// `InstanceTenancy` and its value `dedicated` as `INSTANCE_TENANCY_DEDICATED`.
pub fn constant(property: &str, value: &str) -> String {
    let mut constant = words(property).join("_");
    let before = constant.len();
    for part in value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        constant.push('_');
        // A value in capitals is one word; `split_case` would make `x` of the `X` in `DataX`, which is right there.
        constant.push_str(&split_case(part).join("_"));
    }
    if constant.len() == before {
        constant.push_str("_empty");
    }
    constant.to_ascii_uppercase()
}

/// The id type of a field: the resource's words and the field's, without saying twice what they share, so that
/// `SecurityGroup` and `GroupId` give `SecurityGroupId`. A field that says nothing new gives an `Id`: the `DomainName` of
/// a `DomainName` is a `DomainNameId`.
pub fn id(resource: &str, field: &str) -> String {
    let resource = words(resource);
    let field = words(field);
    let most = resource.len().min(field.len());
    let shared = (0..=most).rev().find(|&n| resource[resource.len() - n..] == field[..n]).unwrap_or(0);
    if shared == field.len() {
        return join_camel(&resource) + "Id";
    }
    join_camel(&[&resource[..], &field[shared..]].concat())
}

fn join_camel(words: &[String]) -> String {
    words
        .iter()
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_a_reader_would_end_them() {
        for (name, expected) in [
            ("AvailabilityZone", "availability_zone"),
            ("VPCZoneIdentifier", "vpc_zone_identifier"),
            ("TargetGroupARNs", "target_group_arns"),
            ("SubnetIDs", "subnet_ids"),
            ("CIDRIPs", "cidrips"),
            ("IDsToUse", "ids_to_use"),
            ("S3BucketARN", "s3_bucket_arn"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("IPv6Native", "ipv6_native"),
            ("EnableDns64", "enable_dns64"),
            ("VPCDHCPOptionsAssociation", "vpc_dhcp_options_association"),
            ("KubernetesNetworkConfig.ServiceIpv6Cidr", "kubernetes_network_config_service_ipv6_cidr"),
            ("maxPageSize", "max_page_size"),
            ("Type", "type_"),
            ("Default", "default_"),
            ("DBSecurityGroups", "db_security_groups"),
            ("ECSService", "ecs_service"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
    }

    #[test]
    fn attributes_that_differ_in_a_dot_have_different_methods() {
        let all = ["CertificateAuthority.Data", "CertificateAuthorityData", "Endpoint.Address"];
        let methods = all.map(|name| attribute(name, all));
        assert_eq!(
            methods,
            [
                "attr_certificate_authority_dot_data",
                "attr_certificate_authority_data",
                "attr_endpoint_address"
            ]
        );
    }

    #[test]
    fn types_are_in_upper_camel_case() {
        for (name, expected) in [
            ("VPC", "Vpc"),
            ("DHCPOptions", "DhcpOptions"),
            ("S3Bucket", "S3Bucket"),
            ("String", "StringType"),
        ] {
            assert_eq!(camel(name), expected, "{name}");
        }
    }

    #[test]
    fn an_id_does_not_say_twice_what_resource_and_field_share() {
        for (resource, field, expected) in [
            ("Subnet", "SubnetId", "SubnetId"),
            ("SecurityGroup", "GroupId", "SecurityGroupId"),
            ("NetworkInterface", "Id", "NetworkInterfaceId"),
            ("Role", "Arn", "RoleArn"),
            ("ManagedPolicy", "PolicyArn", "ManagedPolicyArn"),
            ("VPC", "VpcId", "VpcId"),
            ("DomainName", "DomainName", "DomainNameId"),
        ] {
            assert_eq!(id(resource, field), expected);
        }
    }

    #[test]
    fn a_value_joins_the_name_of_its_property() {
        for (property, value, expected) in [
            ("InstanceTenancy", "dedicated", "INSTANCE_TENANCY_DEDICATED"),
            ("AmiType", "AL2023_x86_64_STANDARD", "AMI_TYPE_AL2023_X86_64_STANDARD"),
            ("Scheme", "internet-facing", "SCHEME_INTERNET_FACING"),
            ("Mode", "", "MODE_EMPTY"),
        ] {
            assert_eq!(constant(property, value), expected);
        }
    }
}
