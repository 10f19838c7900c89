//! What a template can say beside resources, how stacks share values, and how an existing template is taken over.
//!
//! `cargo run -p templates -- synth --out target/templates` writes the templates.

use std::process::ExitCode;

use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("project", "templates"));
    let legacy = Include::read(&Stack::new(&app, "legacy"), "template", include_str!("../legacy.yaml"));
    let failed = legacy.resource::<l1::sqs::Queue>("Failed");

    let jobs = jobs(&app, &failed);
    workers(&app, &jobs);
    names(&app, &jobs);
    stackwright::run(app)
}

/// Parameters with limits, a mapping, a condition, a rule, and a queue of another stack, by export and import.
fn jobs(app: &App, failed: &Resource<l1::sqs::Queue>) -> Resource<l1::sqs::Queue> {
    let stack = Stack::with_props(app, "jobs", StackProps::new().description("A queue for each stage"));
    let stage = ParameterProps::<String>::new().default("test").allowed_values(["test", "production"]);
    let stage = Parameter::new(&stack, "Stage", stage.description("which queue to make"));
    let delay = ParameterProps::<i64>::new().default(0).min_value(0).max_value(900);
    let delay = Parameter::new(&stack, "Delay", delay);
    let retention =
        MappingProps::new().value("test", "seconds", 3_600).value("production", "seconds", 1_209_600);
    let retention = Mapping::new(&stack, "Retention", retention);
    let is_production = functions::equals::<String>(stage.value(), "production");
    let is_production = Condition::new(&stack, "IsProduction", is_production);

    let redrive = json!({ "deadLetterTargetArn": failed.attr_arn(), "maxReceiveCount": 5 });
    let queue = l1::sqs::Queue::new()
        .delay_seconds(functions::if_::<i64>(is_production.holds(), 0, delay.value()))
        .message_retention_period(retention.find::<i64>(stage.value(), "seconds"))
        .redrive_policy(redrive)
        .sqs_managed_sse_enabled(true);
    let queue = Resource::new(&stack, "Jobs", queue);
    queue.deletion_policy(DeletionPolicy::RetainExceptOnCreate);
    queue.update_replace_policy(DeletionPolicy::Retain);
    let url = OutputProps::new(queue.ref_()).description("where to send jobs");
    Output::new(&stack, "JobsUrl", url.export(sub!("{stack}-jobs-url", stack = pseudo::stack_name())));
    queue
}

/// Instances that take jobs, updated a few at a time; the stack reads the queue's address weakly, so that the queue's
/// stack can change it at any time.
fn workers(app: &App, jobs: &Resource<l1::sqs::Queue>) {
    let stack = Stack::with_props(app, "workers", StackProps::new().references(References::Weak));
    let subnets = Parameter::new(&stack, "Subnets", ParameterProps::<Vec<l1::ec2::SubnetId>>::new());
    let image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
    let data = sub!(
        "#!/bin/sh\nexec take-jobs --from {jobs} --region {region}\n",
        jobs = jobs.ref_(),
        region = pseudo::region()
    );
    let data = l1::ec2::launch_template::LaunchTemplateData::new()
        .image_id(sub!("{{{{resolve:ssm:{image}}}}}", image))
        .instance_type("t4g.small")
        .metadata_options(l1::ec2::launch_template::MetadataOptions::new().http_tokens("required"))
        .user_data(functions::base64(data));
    let template = l1::ec2::LaunchTemplateRequired { launch_template_data: data.into() };
    let template = Resource::new(&stack, "Template", l1::ec2::LaunchTemplate::new(template));

    let version = l1::autoscaling::auto_scaling_group::LaunchTemplateSpecificationRequired {
        version: template.attr_latest_version_number(),
    };
    let version = l1::autoscaling::auto_scaling_group::LaunchTemplateSpecification::new(version);
    let sizes = l1::autoscaling::AutoScalingGroupRequired { max_size: "4".into(), min_size: "1".into() };
    let group = l1::autoscaling::AutoScalingGroup::new(sizes)
        .launch_template(version.launch_template_id(template.ref_()))
        .vpc_zone_identifier(subnets.value());
    let group = Resource::new(&stack, "Workers", group);
    group.update_policy(UpdatePolicy::new().rolling_update(Default::default()));
}

/// What L2 constructs hide can still be reached: an aspect that names every parameter, and overrides that the manifest
/// lists.
fn names(app: &App, jobs: &Resource<l1::sqs::Queue>) {
    let stack = Stack::new(app, "names");
    let group = Construct::new(&stack, "names");
    for key in ["url", "queue"] {
        let parameter = l1::ssm::ParameterRequired { type_: "String".into(), value: jobs.ref_().into() };
        let parameter = Resource::new(&group, key, l1::ssm::Parameter::new(parameter));
        parameter.override_property("Description", format!("the {key} of the jobs"));
    }
    group.aspect(|parameter| {
        let name = format!("/{}", parameter.path());
        parameter.properties_mut().set("Name", name);
    });
    stack.removal_policy(RemovalPolicy::Destroy);
}
