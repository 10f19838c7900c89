//! Address plans as people look at them: a table, a drawing, and a page with both.

mod drawing;
mod page;
mod row;
mod svg;
mod table;

pub(crate) use drawing::drawing;
pub(crate) use page::page;
pub(crate) use table::table;
