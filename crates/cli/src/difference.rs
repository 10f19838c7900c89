//! What differs, for people: like a review, by construct and property.

use std::collections::BTreeMap;

use stackwright_assembly::Kind;
use stackwright_deploy::compare::{
    self, Aligned, Change, Consequence, Edit, Replacement, Section, aligned, lines, short,
};
use stackwright_deploy::review::{Acknowledgement, Direction, Fate, Form, Loss, Opening, Permission, Review};
use stackwright_deploy::{Difference, Standing};

use crate::style::{bold, dim, green, red, yellow};

/// From how many characters on the values before and after stand on lines of their own.
const WIDE: usize = 72;
/// How much of a value that is new or gone is shown.
const SHOWN: usize = 100;
/// How many entries of an element that is new are shown.
const ENTRIES: usize = 12;
/// The most characters that a column is wide: one long name does not push away what stands beside all others.
const MOST: usize = 40;
/// How many lines of a text are shown around those that differ.
const AROUND: usize = 2;

/// All that differs; nothing where nothing does.
pub(crate) fn shown(differences: &[Difference]) -> String {
    let differing =
        differences.iter().filter(|it| it.is_any() || !it.notes.is_empty() || !it.review.is_empty());
    differing.map(difference).collect::<Vec<_>>().join("\n")
}

/// How many deployables differ.
pub(crate) fn summary(differences: &[Difference]) -> String {
    let count = differences.iter().filter(|it| it.is_any()).count();
    match (count, differences.len()) {
        (0, _) => "no differences".to_owned(),
        (count, all) => format!("{count} of {all} differ"),
    }
}

fn difference(difference: &Difference) -> String {
    let Difference { name, kind, standing, changes, review, notes } = difference;
    let kind = match kind {
        Kind::Stack => "stack",
        Kind::Chart => "chart",
    };
    let standing = match standing {
        Standing::New => green(" is new"),
        Standing::Gone => red(" is gone from the app"),
        Standing::Kept if changes.is_empty() => " does not differ".to_owned(),
        Standing::Kept => String::new(),
    };
    let mut text = format!("{kind} {}{standing}\n", bold(name));
    for note in notes {
        text += &format!("  {} {note}\n", yellow("note:"));
    }
    let names = Names::of(difference);
    let is_whole = difference.standing != Standing::Kept;
    for group in changes.chunk_by(|one, next| one.section == next.section) {
        text += &format!("\n  {}\n", bold(&group[0].section.to_string()));
        text += &names.section(group, is_whole);
    }
    text + &names.review(review)
}

/// What elements of a deployable are called.
struct Names<'a> {
    deployable: &'a str,
    elements: BTreeMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    /// An element is called by its construct's path without the stack's own name. Where none is known, or an object
    /// that tells more by its kind, the id remains.
    fn of(difference: &'a Difference) -> Self {
        let deployable = &*difference.name;
        let elements = difference.changes.iter().filter_map(|change| {
            let path = change.construct.as_deref().filter(|_| change.section != Section::Objects)?;
            Some((&*change.id, within(deployable, path)))
        });
        Names { deployable, elements: elements.collect() }
    }

    fn get<'b>(&'b self, id: &'b str) -> &'b str {
        self.elements.get(id).copied().unwrap_or(id)
    }

    fn section(&self, changes: &[Change], is_whole: bool) -> String {
        let names = changes.iter().map(|change| self.get(&change.id).chars().count());
        let types = changes.iter().filter_map(|it| it.type_name.as_ref()).map(|name| name.chars().count());
        let widths = (names.max().unwrap_or(0), types.max().unwrap_or(0));
        changes.iter().map(|it| self.change(it, widths, is_whole)).collect()
    }

    fn change(&self, change: &Change, widths: (usize, usize), is_whole: bool) -> String {
        let mut row = Row::new(sign(change.kind));
        row.cell(self.get(&change.id), widths.0, str::to_owned);
        if let Some(type_name) = &change.type_name {
            row.cell(type_name, widths.1, dim);
        }
        match change.replacement() {
            Replacement::No => {}
            Replacement::Maybe => row.cell("may be replaced", 0, yellow),
            Replacement::Yes => row.cell("is replaced", 0, red),
        }
        if let Some(source) = &change.source {
            row.cell(&format!("{}:{}", source.file, source.line), 0, dim);
        }
        let mut text = row.line();
        if let Some(old) = change.retyped_from() {
            let told = "CloudFormation refuses another type: give the construct another id";
            text += &format!("      {} was {old}: {told}\n", red("!"));
        }
        if let Some(twin) = &change.twin {
            let told = match change.kind {
                compare::Kind::Added => {
                    "is the same but for its logical id, which makes this another resource"
                }
                _ => "is the same but for its logical id",
            };
            return text + &format!("      {} {} {told}\n", yellow("="), self.get(twin));
        }
        let is_shown = match change.kind {
            compare::Kind::Changed => true,
            compare::Kind::Added => !is_whole && change.section != Section::Objects,
            compare::Kind::Removed => false,
        };
        if is_shown {
            let most = if change.kind == compare::Kind::Added { ENTRIES } else { usize::MAX };
            let (shown, more) = change.edits.split_at(most.min(change.edits.len()));
            text += &edits(shown);
            if !more.is_empty() {
                text += &format!("        {}\n", dim(&format!("... {} more", more.len())));
            }
        }
        for Consequence { path, of, replacement } in &change.consequences {
            let mark = match replacement {
                Replacement::Yes => red("  replaces"),
                _ => yellow("  may replace"),
            };
            let path = path.without("Properties");
            let follows = of.as_ref().map(|of| format!(" follows {}", self.get(of))).unwrap_or_default();
            text += &format!("      {} {path}{follows}{mark}\n", yellow("~"));
        }
        text
    }

    fn review(&self, review: &Review) -> String {
        let mut text = String::new();
        if !review.permissions.is_empty() {
            text += &format!("\n  {}\n", bold("permissions"));
            text += &table(review.permissions.iter().map(|it| self.permission(it)).collect());
        }
        if !review.openings.is_empty() {
            text += &format!("\n  {}\n", bold("network"));
            text += &table(review.openings.iter().map(|it| self.opening(it)).collect());
        }
        if !review.losses.is_empty() {
            text += &format!("\n  {}\n", bold("refused by deploy, unless --allow-replace ID"));
            text += &table(review.losses.iter().map(|it| self.loss(it)).collect());
        }
        if !review.acknowledgements.is_empty() {
            text += &format!("\n  {}\n", bold("acknowledged warnings"));
            text += &table(review.acknowledgements.iter().map(|it| self.acknowledgement(it)).collect());
        }
        text
    }

    fn permission(&self, permission: &Permission) -> (String, Vec<String>) {
        let Permission { form, of, principals, actions, resources, condition, .. } = permission;
        let effect = if permission.allows { "allow" } else { "deny" };
        let (who, what) = (principals.join(", "), actions.join(", "));
        let on = if resources.is_empty() { String::new() } else { format!(" on {}", resources.join(", ")) };
        let told = match form {
            Form::Trust => format!("{effect} {who} to become it: {what}"),
            Form::Identity => format!("{effect} {what}{on}"),
            Form::Resource => format!("{effect} {who}: {what}{on}"),
            Form::Attachment => format!("policy {what}"),
            Form::Boundary => format!("no more than {what}"),
            Form::Membership => what,
        };
        let condition = condition.as_ref().map(|condition| format!(" if {condition}")).unwrap_or_default();
        (direction(permission.direction), vec![self.get(of).to_owned(), told + &condition])
    }

    fn opening(&self, opening: &Opening) -> (String, Vec<String>) {
        let Opening { of, flow, traffic, peer, is_public, .. } = opening;
        let mut cells =
            vec![self.get(of).to_owned(), flow.to_string(), traffic.clone(), self.get(peer).to_owned()];
        if *is_public {
            cells.push("internet".to_owned());
        }
        (direction(opening.direction), cells)
    }

    fn acknowledgement(&self, given: &Acknowledgement) -> (String, Vec<String>) {
        let Acknowledgement { code, path, before, after } = given;
        let place = path.as_deref().map(|path| within(self.deployable, path)).unwrap_or_default();
        let (sign, reason) = match (before, after) {
            (Some(before), Some(after)) => (yellow("~"), format!("{before} -> {after}")),
            (Some(before), None) => (green("-"), before.clone()),
            (None, after) => (yellow("+"), after.clone().unwrap_or_default()),
        };
        (sign, vec![place.to_owned(), code.clone(), reason])
    }

    fn loss(&self, loss: &Loss) -> (String, Vec<String>) {
        let fate = match loss.fate {
            Fate::Removed => "is removed",
            Fate::MayBeReplaced => "may be replaced",
            Fate::Replaced => "is replaced",
        };
        let policy = match &*loss.policy {
            "Delete" if loss.holds_data => "what it holds is deleted",
            "Delete" => "it was to be kept and is deleted",
            "Snapshot" => "a snapshot stays",
            _ => "the old one stays, and belongs to no stack",
        };
        let name = match self.get(&loss.id) {
            name if name == loss.id => name.to_owned(),
            name => format!("{name} ({})", loss.id),
        };
        (red("!"), vec![name, loss.type_name.clone(), format!("{fate}: {policy}")])
    }
}

/// The path of a construct without the name of its deployable.
fn within<'a>(deployable: &str, path: &'a str) -> &'a str {
    path.strip_prefix(deployable).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
}

/// A line that begins with a sign and has cells, each as wide as it should be; a last cell is as wide as it is.
struct Row {
    text: String,
    pending: usize,
}

impl Row {
    fn new(sign: String) -> Self {
        Row { text: format!("  {sign}"), pending: 1 }
    }

    fn cell(&mut self, cell: &str, width: usize, paint: impl Fn(&str) -> String) {
        self.text.extend(std::iter::repeat_n(' ', self.pending));
        self.text += &paint(cell);
        self.pending = width.saturating_sub(cell.chars().count()) + 2;
    }

    fn line(self) -> String {
        self.text + "\n"
    }
}

fn sign(kind: compare::Kind) -> String {
    match kind {
        compare::Kind::Added => green("+"),
        compare::Kind::Changed => yellow("~"),
        compare::Kind::Removed => red("-"),
    }
}

fn edits(edits: &[Edit]) -> String {
    let path = |edit: &Edit| edit.path.without("Properties").to_string();
    let paths: Vec<String> = edits.iter().map(path).collect();
    let width =
        paths.iter().map(|path| path.chars().count()).filter(|width| *width <= MOST).max().unwrap_or(0);
    edits.iter().zip(&paths).map(|(it, path)| edit(it, path, width)).collect()
}

fn edit(edit: &Edit, path: &str, width: usize) -> String {
    let mut marks = match edit.replacement {
        Replacement::No => String::new(),
        Replacement::Maybe => yellow("  may replace"),
        Replacement::Yes => red("  replaces"),
    };
    if edit.is_override {
        marks += &yellow("  override");
    }
    // An element that is one value has no path in it.
    let place = if path.is_empty() { String::new() } else { format!("{path:<width$}  ") };
    let line = |sign: &str, value: &str| format!("      {sign} {place}{value}{marks}\n");
    let block = |below: String| format!("      {} {path}{marks}\n{below}", yellow("~"));
    match (&edit.before, &edit.after) {
        (Some(_), Some(_)) if edit.is_reordering() => line(&yellow("~"), "the same in another order"),
        (Some(before), Some(after)) => {
            if let (Some(before), Some(after)) = (lines(before), lines(after)) {
                return block(changed_lines(&before, &after));
            }
            let (before, after) = (short(before), short(after));
            match before.chars().count() + after.chars().count() > WIDE {
                true => block(format!("{}{}", old_line(&before), new_line(&after))),
                false => line(&yellow("~"), &format!("{} -> {}", red(&before), green(&after))),
            }
        }
        (None, Some(after)) => line(&green("+"), &green(&cut(&short(after)))),
        (Some(before), None) => line(&red("-"), &red(&cut(&short(before)))),
        (None, None) => String::new(),
    }
}

fn old_line(text: &str) -> String {
    format!("          {}\n", red(&format!("- {text}")))
}

fn new_line(text: &str) -> String {
    format!("          {}\n", green(&format!("+ {text}")))
}

/// The lines of a text that differ, with some around them.
fn changed_lines(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let steps = aligned(&before, &after, |one, other| one == other);
    let is_changed = |step: &Aligned| !matches!(step, Aligned::Both(..));
    let mut text = String::new();
    let mut is_cut = false;
    for (index, step) in steps.iter().enumerate() {
        let near = index.saturating_sub(AROUND)..(index + AROUND + 1).min(steps.len());
        if !steps[near].iter().any(is_changed) {
            is_cut = true;
            continue;
        }
        if std::mem::take(&mut is_cut) {
            text += &format!("          {}\n", dim("..."));
        }
        text += &match step {
            Aligned::Both(at, _) => format!("            {}\n", dim(before[*at])),
            Aligned::Before(at) => old_line(before[*at]),
            Aligned::After(at) => new_line(after[*at]),
        };
    }
    text
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Rows whose cells begin below each other.
fn table(rows: Vec<(String, Vec<String>)>) -> String {
    let columns = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(column));
        cells.map(|cell| cell.chars().count()).filter(|width| *width <= MOST).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |(sign, cells): (String, Vec<String>)| {
        let mut row = Row::new(sign);
        cells.iter().zip(&widths).for_each(|(cell, width)| row.cell(cell, *width, str::to_owned));
        row.line()
    };
    rows.into_iter().map(line).collect()
}

fn direction(direction: Direction) -> String {
    match direction {
        Direction::Widened => yellow("+"),
        Direction::Narrowed => green("-"),
    }
}
