//! CloudFormation template document: values, intrinsics, logical ids, reading and writing.
