//! What everything of the walkthrough says about where it comes from.

use stackwright::prelude::*;

/// The walkthrough that this is.
const WALKTHROUGH: &str = "https://github.com/miztiik/multus-on-eks";

/// Tags everything with its origin.
pub(crate) fn tag(app: &App) {
    app.tag(("owner", "Mystique"));
    app.tag(("github_profile", "https://github.com/miztiik"));
    app.tag(("project", "multus-on-eks"));
    app.tag(("github_repo_url", WALKTHROUGH));
}

/// Where to read more, which every stack of the walkthrough tells.
pub(crate) fn automation_from(stack: &Stack) {
    let more = "To know more about this automation stack, check out our github page.";
    Output::new(stack, "AutomationFrom", OutputProps::new(WALKTHROUGH).description(more));
}
