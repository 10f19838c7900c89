//! Indentation, so that a program can be read where rustfmt leaves an expression as it is: beside a text that is longer
//! than its lines, or where there is no rustfmt.

/// The code with each line indented by the lines that brackets around it were opened in.
pub(crate) fn indented(code: &str) -> String {
    let mut layout = Layout::default();
    let mut text = String::with_capacity(code.len() * 2);
    for (number, line) in code.lines().enumerate() {
        // Within a text every space counts.
        if layout.end_of_text.is_none() {
            text.push_str(&"    ".repeat(layout.level(line)));
        }
        let line = if layout.end_of_text.is_none() { line.trim_start() } else { line };
        layout.read(line, number);
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[derive(Default)]
struct Layout {
    /// The lines in which brackets were opened that are open still.
    open: Vec<usize>,
    /// What ends the text of several lines that the next line begins in.
    end_of_text: Option<String>,
}

impl Layout {
    /// How far a line is indented: brackets that it begins with close what was opened further out.
    fn level(&self, line: &str) -> usize {
        let line = line.trim_start();
        if line.is_empty() {
            return 0;
        }
        let closed = line.chars().take_while(|char| ")]}".contains(*char)).count();
        let stays = self.open.len().saturating_sub(closed);
        // What is closed stands where the line does that opened it.
        let start = self.open.get(stays).copied().unwrap_or(usize::MAX);
        let mut lines = self.open[..stays].to_vec();
        lines.dedup();
        lines.iter().filter(|line| **line < start).count()
    }

    fn read(&mut self, line: &str, number: usize) {
        let mut rest = line;
        if rest.starts_with("//") {
            return;
        }
        loop {
            if let Some(end) = self.end_of_text.take() {
                match rest.find(&end) {
                    None => {
                        self.end_of_text = Some(end);
                        return;
                    }
                    Some(at) => rest = &rest[at + end.len()..],
                }
            }
            let Some(at) = rest.find(|char| "()[]{}\"".contains(char)) else { return };
            let (before, from) = rest.split_at(at);
            rest = &from[1..];
            match &from[..1] {
                "(" | "[" | "{" => self.open.push(number),
                ")" | "]" | "}" => _ = self.open.pop(),
                _ => match before.trim_end_matches('#') {
                    raw if raw.len() < before.len() && raw.ends_with('r') => {
                        self.end_of_text = Some(format!("\"{}", &before[raw.len()..]));
                    }
                    _ => rest = after_quotes(rest),
                },
            }
        }
    }
}

/// What follows a text between quotes, after the first of these.
fn after_quotes(text: &str) -> &str {
    let mut is_escaped = false;
    for (at, char) in text.char_indices() {
        match char {
            '"' if !is_escaped => return &text[at + 1..],
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn lines_are_indented_by_the_lines_that_brackets_opened() {
        let code = "fn f() {\nlet a = g(h(1, [\n2,\n])\n.i(3));\n}\n";
        assert_eq!(
            indented(code),
            "fn f() {\n    let a = g(h(1, [\n        2,\n    ])\n        .i(3));\n}\n"
        );
    }

    #[test]
    fn texts_stay_as_they_are_and_their_brackets_are_none() {
        let code = "f(r##\"({[\n \"# x\n\"##, \"\\\\\\\"(\", \"(\");\n//! it's (\ng(\n1)\n";
        let expected = "f(r##\"({[\n \"# x\n\"##, \"\\\\\\\"(\", \"(\");\n//! it's (\ng(\n    1)\n";
        assert_eq!(indented(code), expected);
    }
}
