//! Every CloudFormation resource type, generated from facts for the enabled services.
