//! kubectl with a kubeconfig of our own.

use std::path::{Path, PathBuf};

use crate::driver::{Call, Reply};
use crate::{Error, Session};

/// kubectl, set to one cluster.
#[derive(Clone)]
pub struct Kubectl<'a> {
    session: Session<'a>,
    kubeconfig: Option<PathBuf>,
}

impl<'a> Kubectl<'a> {
    /// kubectl as it is set for the person who runs it.
    pub fn new(session: Session<'a>) -> Self {
        Kubectl { session, kubeconfig: None }
    }

    /// Takes clusters and credentials from a file.
    pub fn kubeconfig(mut self, path: impl AsRef<Path>) -> Self {
        self.kubeconfig = Some(path.as_ref().to_owned());
        self
    }

    /// What it works with.
    pub fn session(&self) -> Session<'a> {
        self.session
    }

    /// A call with these arguments, to be given more; the kubeconfig is added when it is run.
    pub fn call<S: AsRef<str>>(&self, args: &[S]) -> Call {
        Call::new("kubectl").args(args.iter().map(AsRef::as_ref))
    }

    /// Runs a call. What kubectl says to be wrong is in the reply.
    ///
    /// # Errors
    ///
    /// If kubectl is missing or cannot be started, or if the person has pressed Ctrl-C.
    pub fn run(&self, call: Call) -> Result<Reply, Error> {
        let call = match &self.kubeconfig {
            Some(path) => call.option("--kubeconfig", path),
            None => call,
        };
        self.session.run(&call)
    }
}

#[cfg(test)]
mod tests {
    use super::Kubectl;
    use crate::{Moments, Script, Session};

    #[test]
    fn the_kubeconfig_comes_last_of_what_is_for_kubectl() {
        let script = Script::new()
            .reply("kubectl get nodes --kubeconfig /tmp/k", "{}")
            .reply("kubectl exec web --kubeconfig /tmp/k -- ping -- 10.0.0.1", "");
        let clock = Moments::new();
        let kubectl = Kubectl::new(Session::new(&script, &clock, &|_| ())).kubeconfig("/tmp/k");
        for words in ["get nodes", "exec web -- ping -- 10.0.0.1"] {
            let words: Vec<&str> = words.split(' ').collect();
            assert!(kubectl.run(kubectl.call(&words)).unwrap().is_success());
        }
        script.finish();
    }
}
