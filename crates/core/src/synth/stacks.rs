//! Stacks on their way out of the tree: each is checked and rendered by itself, several at once where there are many.

use std::collections::BTreeMap;

use stackwright_assembly::Diagnostic;

use super::parallel;
use super::render::{Element, Rendered, Renderer};
use super::validation::{self, Places};
use crate::tree::NodeId;

/// From how many elements on another thread is worth starting, which has to read up on resource types by itself.
const ELEMENTS_OF_A_THREAD: usize = 2_000;

/// Checks all stacks, and renders those in which nothing is wrong, unless `told` has an error already. What is found
/// comes in the order the stacks were defined.
///
/// Rendering does not wait for the last check, as a stack that has just been looked at is still at hand.
pub(super) fn finish<'a>(
    renderer: &Renderer<'a>,
    stacks: BTreeMap<NodeId, Vec<Element>>,
    told: &[Diagnostic],
    keeps_places: bool,
) -> (Vec<Diagnostic>, BTreeMap<NodeId, Rendered<'a>>) {
    let is_right = |findings: &[Diagnostic]| !findings.iter().any(Diagnostic::is_error);
    let is_right_so_far = is_right(told);
    let threads = stacks.values().map(Vec::len).sum::<usize>() / ELEMENTS_OF_A_THREAD;
    let done = parallel::map(stacks.into_iter().collect(), threads, |(stack, elements)| {
        let found = validation::check(renderer, stack, &elements, told);
        let renders = is_right_so_far && is_right(&found);
        // Once it is rendered, only the template has the elements.
        let places = if keeps_places { validation::places(renderer.names, &elements) } else { Places::new() };
        let rendered = renders.then(|| (stack, Rendered { places, ..renderer.stack(stack, elements) }));
        (found, rendered)
    });
    let (found, rendered): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    (found.concat(), rendered.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use stackwright_assembly::{Assembly, Diagnostics};
    use stackwright_cfn::Map;

    use super::ELEMENTS_OF_A_THREAD;
    use crate::{App, Resource, Stack, SynthOptions};

    const STACKS: usize = 3 * ELEMENTS_OF_A_THREAD / 400;

    /// As many stacks as are shared among several threads, with a warning in each; and what `spoil` does to some.
    fn synth(spoil: impl Fn(usize, &Stack)) -> Result<Assembly, Diagnostics> {
        let app = App::new();
        for number in 0..STACKS {
            let stack = Stack::new(&app, &format!("stack-{number:02}"));
            for queue in 0..400 {
                Resource::raw(&stack, &format!("Queue{queue}"), "AWS::SQS::Queue", Default::default());
            }
            Resource::raw(&stack, "Files", "AWS::EFS::FileSystem", Default::default());
            spoil(number, &stack);
        }
        app.synth(&SynthOptions::new())
    }

    /// The paths of the findings of a code.
    fn paths<'f>(findings: &'f Diagnostics, code: &str) -> Vec<&'f str> {
        findings.iter().filter(|it| it.code == code).filter_map(|it| it.path.as_deref()).collect()
    }

    fn files() -> Vec<String> {
        (0..STACKS).map(|number| format!("stack-{number:02}/Files")).collect()
    }

    #[test]
    fn stacks_on_several_threads_come_out_in_their_order() {
        let assembly = synth(|_, _| {}).unwrap();
        assert_eq!(paths(&assembly.warnings, "unencrypted-storage"), files());
        for (number, file) in assembly.files.iter().enumerate() {
            assert_eq!(file.name, format!("stack-{number:02}.template.json"));
            assert_eq!(assembly.manifest.deployables[number].source_map.len(), 401);
        }
        assert_eq!(assembly.files.len(), STACKS);
    }

    #[test]
    fn an_error_in_one_stack_hides_nothing_of_the_others() {
        let findings = synth(|number, stack| {
            if number % 4 == 1 {
                let block = Map::from_iter([("CidrBlock", "10.0.0.0/33")]);
                Resource::raw(stack, "Network", "AWS::EC2::VPC", block);
            }
        });
        let findings = findings.unwrap_err();
        let wrong: Vec<String> = (1..STACKS).step_by(4).map(|at| format!("stack-{at:02}/Network")).collect();
        assert_eq!(paths(&findings, "invalid-cidr"), wrong);
        assert_eq!(paths(&findings, "unencrypted-storage"), files());
    }
}
