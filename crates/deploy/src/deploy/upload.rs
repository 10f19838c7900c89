//! Where a template is put that is too large to be sent with a request.

use crate::{Aws, Error, Scratch};

/// Puts a template into a bucket, and gives the address that CloudFormation reads it from.
///
/// The bucket is the one that was named, or one that the account has for such files: the AWS CDK's, or the one that
/// CloudFormation's console makes. None is ever made, since a bucket stays and costs.
pub(super) fn upload(
    aws: &Aws<'_>,
    scratch: &Scratch,
    bucket: Option<&str>,
    stack: &str,
    text: &str,
    hash: &str,
) -> Result<String, Error> {
    let region = aws.region().map_err(Error::aws("cannot tell the region"))?;
    let region = region.ok_or_else(|| {
        Error::new(format!("the template of \"{stack}\" needs a bucket, and there is no region"))
            .hint("choose one with --region or AWS_DEFAULT_REGION")
    })?;
    let bucket = match bucket {
        Some(bucket) => bucket.to_owned(),
        None => find(aws, &region, stack, text.len())?,
    };
    let key = format!("stackwright/{stack}/{hash}.template");
    let file = scratch.write("upload.template", text.as_bytes())?;
    aws.put_object(&bucket, &key, &file)
        .map_err(Error::aws(format!("cannot put the template of \"{stack}\" into bucket \"{bucket}\"")))?;
    Ok(address(aws, &region, &bucket, &key))
}

fn find(aws: &Aws<'_>, region: &str, stack: &str, size: usize) -> Result<String, Error> {
    let buckets = aws.list_buckets().map_err(Error::aws("cannot list buckets"))?;
    let is_ours = |bucket: &&String| {
        let is_known = (bucket.starts_with("cdk-") && bucket.contains("-assets-"))
            || bucket.starts_with("cf-templates-");
        is_known && bucket.ends_with(region)
    };
    buckets.iter().find(is_ours).cloned().ok_or_else(|| {
        let message = format!(
            "the template of \"{stack}\" has {size} bytes, allowed without a bucket are 51200, and no bucket for \
             templates is found in {region}"
        );
        let hint = format!("name one with --bucket, or make one: aws s3 mb s3://NAME --region {region}");
        Error::new(message).hint(hint)
    })
}

fn address(aws: &Aws<'_>, region: &str, bucket: &str, key: &str) -> String {
    match &aws.options().endpoint_url {
        Some(url) => format!("{}/{bucket}/{key}", url.trim_end_matches('/')),
        None if region.starts_with("cn-") => format!("https://{bucket}.s3.{region}.amazonaws.com.cn/{key}"),
        None => format!("https://{bucket}.s3.{region}.amazonaws.com/{key}"),
    }
}
