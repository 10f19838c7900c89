//! How long a synthesis takes beside the plainest way to the same files, and how much memory.
//!
//! `cargo bench -p stackwright-tests --bench synth` prints one table. The floor builds every template as a
//! `serde_json::Value`, serializes it and writes it; both write the same files into an empty directory. Each
//! measurement is the best of several, each in a process of its own, so that peak memory is its own too.
//!
//! `tests/peers/run` uses this program, too: with `synth -c resources=COUNT` it is one like any other, and with
//! `--measure` it is the floor: `floor` has one template at a time, `floor-whole` builds all before it writes any, as
//! whoever checks references between templates has to.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark looks at the clock, starts processes, writes files and prints"
)]

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{env, fs, process};

use serde_json::{Value as Plain, json};
use stackwright::aws::ec2::{self, SecurityGroupRequired};
use stackwright::aws::ssm::{self, ParameterRequired};
use stackwright::prelude::*;

const PAIRS_PER_STACK: usize = 250;
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const RUNS: usize = 5;

/// How the names of templates end.
const TEMPLATE: &[u8] = b".template.json";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["synth", ..] => return run(),
        ["--measure", how, what, directory] => measure_here(how, what, Path::new(directory)),
        _ => print_table(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The same as a program of its own, with all that the command line does.
fn run() -> ExitCode {
    let app = stackwright::app();
    let resources = app.context("resources").and_then(|count| count.parse().ok()).unwrap_or(SIZES[0]);
    describe(&app, resources / 2);
    stackwright::run(app)
}

fn print_table() -> Outcome<()> {
    println!(
        "{:>9}  {:>10}  {:>10}  {:>6}  {:>9}  {:>9}",
        "resources", "stackwright", "floor", "ratio", "memory", "floor's"
    );
    for resources in SIZES {
        let ours = measure("stackwright", resources)?;
        let floor = measure("floor", resources)?;
        println!(
            "{resources:>9}  {:>8.1} ms  {:>7.1} ms  {:>6.2}  {:>6.0} MB  {:>6.0} MB",
            ours.milliseconds(),
            floor.milliseconds(),
            ours.milliseconds() / floor.milliseconds(),
            ours.peak_mb,
            floor.peak_mb,
        );
    }
    Ok(())
}

struct Measured {
    time: Duration,
    peak_mb: f64,
}

impl Measured {
    fn milliseconds(&self) -> f64 {
        self.time.as_secs_f64() * 1e3
    }
}

/// The best of several runs, each in its own process and an empty directory.
fn measure(how: &str, resources: usize) -> Outcome<Measured> {
    let mut best: Option<Measured> = None;
    for run in 0..RUNS {
        let directory = env::temp_dir().join(format!("stackwright-bench-{}-{how}-{run}", process::id()));
        fs::create_dir_all(&directory)?;
        let output = Command::new(env::current_exe()?)
            .args(["--measure", how, &resources.to_string()])
            .arg(&directory)
            .output()?;
        let compared = if run == 0 { compare(&directory) } else { Ok(()) };
        fs::remove_dir_all(&directory)?;
        compared?;
        let text = String::from_utf8(output.stdout)?;
        let mut numbers = text.split_whitespace();
        let (Some(micros), Some(peak)) = (numbers.next(), numbers.next()) else {
            return Err(format!("{how} said {text:?} and {}", String::from_utf8_lossy(&output.stderr)).into());
        };
        let measured = Measured { time: Duration::from_micros(micros.parse()?), peak_mb: peak.parse()? };
        if best.as_ref().is_none_or(|best| measured.time < best.time) {
            best = Some(measured);
        }
    }
    best.ok_or_else(|| "nothing was measured".into())
}

/// Both must have written the same templates, or the comparison is worth nothing.
fn compare(directory: &Path) -> Outcome<()> {
    let text = fs::read_to_string(directory.join("stack-0.template.json"))?;
    let written: Plain = serde_json::from_str(&text)?;
    let expected = plain_template(0, PAIRS_PER_STACK);
    if written != expected {
        return Err(format!("not the same template:\n{text}").into());
    }
    Ok(())
}

/// Makes `what` files in the directory: templates of so many resources, or those of a directory once more.
fn measure_here(how: &str, what: &str, directory: &Path) -> Outcome<()> {
    let start = Instant::now();
    match how {
        "stackwright" => {
            let app = App::new();
            describe(&app, what.parse::<usize>()? / 2);
            let assembly = app.synth(&SynthOptions::default())?;
            for file in &assembly.files {
                fs::write(directory.join(&file.name), &file.contents)?;
            }
        }
        "floor-of" => {
            for entry in fs::read_dir(what)? {
                let path = entry?.path();
                let Some(name) = path.file_name().filter(|name| name.as_encoded_bytes().ends_with(TEMPLATE))
                else {
                    continue;
                };
                write_plain(&serde_json::from_slice(&fs::read(&path)?)?, &directory.join(name))?;
            }
        }
        "floor" => plain_templates(what.parse()?)
            .try_for_each(|(name, template)| write_plain(&template, &directory.join(name)))?,
        _ => {
            let whole: Vec<(String, Plain)> = plain_templates(what.parse()?).collect();
            whole.iter().try_for_each(|(name, template)| write_plain(template, &directory.join(name)))?;
        }
    }
    let time = start.elapsed();
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    println!("{} {:.1}", time.as_micros(), kilobytes / 1024.0);
    Ok(())
}

fn write_plain(template: &Plain, path: &Path) -> Outcome<()> {
    let mut text = serde_json::to_string_pretty(template)?;
    text.push('\n');
    Ok(fs::write(path, text)?)
}

/// Pairs of a security group and a parameter that holds its id; each group names the parameter before it.
fn describe(app: &App, pairs: usize) {
    for number in 0..pairs.div_ceil(PAIRS_PER_STACK) {
        let stack = Stack::new(app, &format!("stack-{number}"));
        let mut before: Option<Resource<ssm::Parameter>> = None;
        for pair in 0..PAIRS_PER_STACK.min(pairs - number * PAIRS_PER_STACK) {
            let mut group = ec2::SecurityGroup::new(SecurityGroupRequired {
                group_description: format!("group {pair}").into(),
            })
            .security_group_ingress([ec2::security_group::Ingress::new(
                ec2::security_group::IngressRequired { ip_protocol: "tcp".into() },
            )
            .from_port(443)
            .to_port(443)
            .cidr_ip("10.0.0.0/16")]);
            if let Some(before) = &before {
                group = group.group_name(before.ref_());
            }
            let group = Resource::new(&stack, &format!("Group{pair}"), group);
            let parameter = ssm::Parameter::new(ParameterRequired {
                type_: ssm::Parameter::TYPE_STRING.into(),
                value: group.attr_group_id().into(),
            })
            .name(format!("/groups/{number}/{pair}"));
            before = Some(Resource::new(&stack, &format!("Parameter{pair}"), parameter));
        }
    }
}

/// The templates of so many resources, made one at a time.
fn plain_templates(resources: usize) -> impl Iterator<Item = (String, Plain)> {
    let pairs = resources / 2;
    (0..pairs.div_ceil(PAIRS_PER_STACK)).map(move |stack| {
        let pairs = PAIRS_PER_STACK.min(pairs - stack * PAIRS_PER_STACK);
        (format!("stack-{stack}.template.json"), plain_template(stack, pairs))
    })
}

fn plain_template(number: usize, pairs: usize) -> Plain {
    let mut resources = serde_json::Map::new();
    for pair in 0..pairs {
        let mut group = json!({
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": format!("group {pair}"),
                "SecurityGroupIngress": [
                    { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16" },
                ],
            },
        });
        if pair > 0 {
            group["Properties"]["GroupName"] = json!({ "Ref": format!("Parameter{}", pair - 1) });
        }
        resources.insert(format!("Group{pair}"), group);
        let parameter = json!({
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Type": "String",
                "Value": { "Fn::GetAtt": [format!("Group{pair}"), "GroupId"] },
                "Name": format!("/groups/{number}/{pair}"),
            },
        });
        resources.insert(format!("Parameter{pair}"), parameter);
    }
    json!({ "AWSTemplateFormatVersion": "2010-09-09", "Resources": resources })
}
