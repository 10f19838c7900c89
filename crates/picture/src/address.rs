//! Address plans as people look at them: a table, a drawing, and a page with both.

mod drawing;
mod page;
mod row;
mod table;

pub use drawing::drawing;
pub use page::page;
pub use table::table;
