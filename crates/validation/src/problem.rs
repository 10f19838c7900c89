//! What is wrong with one element or one object, as a diagnostic.

use stackwright_assembly::{Diagnostic, Severity};

/// What is wrong with an element of a template; who knows the place adds it.
pub fn element_diagnostic(problem: stackwright_cfn::Problem) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(problem.code, problem.message);
    diagnostic.value = problem.value;
    diagnostic.allowed = problem.allowed;
    diagnostic.hint = problem.hint;
    diagnostic
}

/// What is wrong with a Kubernetes object; who knows the place adds it.
pub fn object_diagnostic(problem: stackwright_k8s::Problem) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(problem.code, problem.message);
    if problem.is_warning {
        diagnostic.severity = Severity::Warning;
    }
    diagnostic.value = problem.value;
    diagnostic.allowed = problem.allowed;
    diagnostic.hint = problem.hint;
    diagnostic
}
