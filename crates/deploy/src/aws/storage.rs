//! Buckets, for templates that are too large to be sent with a request.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Aws, AwsError};

impl Aws<'_> {
    /// The names of the account's own buckets.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn list_buckets(&self) -> Result<Vec<String>, AwsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            #[serde(default)]
            buckets: Vec<Bucket>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Bucket {
            name: String,
        }

        let answer: Answer = self.run(self.call(&["s3api", "list-buckets"]))?;
        Ok(answer.buckets.into_iter().map(|bucket| bucket.name).collect())
    }

    /// Puts a file into a bucket.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn put_object(&self, bucket: &str, key: &str, file: &Path) -> Result<(), AwsError> {
        let call = self.call(&["s3api", "put-object", "--bucket", bucket, "--key", key, "--body"]).arg(file);
        self.run::<IgnoredAny>(call).map(drop)
    }
}
