//! A plan as a table of text.

use stackwright_assembly::AddressPlan;

use super::row::{CAPACITY_HEADS, HEADS, capacities, rows};

/// The table, with a line for each block and, after it, one for each thing that nodes have.
pub fn table(plan: &AddressPlan) -> String {
    let mut text = format!("{}: addresses of {}\n\n", plan.path, plan.vpc);
    let blocks: Vec<[String; 7]> = rows(plan)
        .into_iter()
        .map(|mut row| {
            row.cells[0].insert_str(0, &"  ".repeat(row.depth));
            row.cells
        })
        .collect();
    text += &aligned(HEADS, [false, true, false, false, true, true, true], &blocks);
    let nodes = capacities(plan);
    if !nodes.is_empty() {
        text += "\n";
        text += &aligned(CAPACITY_HEADS, [false, false, true, true], &nodes);
    }
    text
}

/// Columns beside one another, numbers at their right.
fn aligned<const N: usize>(heads: [&str; N], is_number: [bool; N], rows: &[[String; N]]) -> String {
    let heads = heads.map(str::to_owned);
    let lines = || std::iter::once(&heads).chain(rows);
    let width = |column: usize| lines().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for line in lines() {
        let cells = line.iter().zip(&widths).zip(is_number).map(|((cell, width), is_number)| {
            if is_number { format!("{cell:>width$}") } else { format!("{cell:width$}") }
        });
        let cells: Vec<String> = cells.collect();
        text += cells.join("  ").trim_end();
        text += "\n";
    }
    text
}
