//! A plan as a page that needs nothing besides itself: the drawing, and the table for those who search in it.

use std::fmt::Write;

use stackwright_assembly::AddressPlan;

use super::drawing::drawing;
use super::row::{CAPACITY_HEADS, HEADS, capacities, rows};
use crate::svg::escaped;

const STYLE: &str = "
body { margin: 0; background: var(--ground); color: var(--text); font: 14px system-ui, sans-serif; }
main { max-width: 1280px; margin: 0 auto; }
main > svg { display: block; width: 100%; height: auto; }
section { padding: 0 32px 32px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin-top: 16px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 600; font-size: 12px; }
td:first-child { font-family: ui-monospace, monospace; white-space: nowrap; }
";

/// All plans of an app, one after the other.
pub fn page(plans: &[&AddressPlan]) -> String {
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Address plan</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
    );
    for plan in plans {
        text += &drawing(&[plan]);
        text += "<section>\n";
        let blocks: Vec<([String; 7], usize)> =
            rows(plan).into_iter().map(|row| (row.cells, row.depth)).collect();
        text += &table(HEADS, &blocks);
        let nodes = capacities(plan);
        if !nodes.is_empty() {
            let nodes: Vec<_> = nodes.into_iter().map(|cells| (cells, 0)).collect();
            text += &table(CAPACITY_HEADS, &nodes);
        }
        text += "</section>\n";
    }
    text += "</main>\n</body>\n</html>\n";
    text
}

/// A table; the first column is indented by how deep its row is.
fn table<const N: usize>(heads: [&str; N], rows: &[([String; N], usize)]) -> String {
    let mut text = "<table>\n<thead><tr>".to_owned();
    heads.iter().for_each(|head| _ = write!(text, "<th scope=\"col\">{}</th>", head.to_lowercase()));
    text += "</tr></thead>\n<tbody>\n";
    for (cells, depth) in rows {
        text += "<tr>";
        for (index, cell) in cells.iter().enumerate() {
            let indent = if index == 0 { *depth } else { 0 };
            let style = if indent > 0 {
                format!(" style=\"padding-left: {}px\"", indent * 20)
            } else {
                String::new()
            };
            _ = write!(text, "<td{style}>{}</td>", escaped(cell));
        }
        text += "</tr>\n";
    }
    text += "</tbody>\n</table>\n";
    text
}
