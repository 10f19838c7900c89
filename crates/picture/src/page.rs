//! A picture as a page that needs nothing besides itself.

use crate::draw;
use crate::picture::Picture;
use crate::svg::escaped;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The views of a picture, one at a time, and the picture itself as data for the script.
pub(crate) fn page(picture: &Picture, title: &str) -> String {
    let title = escaped(title);
    let views = draw::views(picture);
    let mut tabs = String::new();
    let mut drawings = String::new();
    for (name, svg) in &views {
        tabs += &format!("<button type=\"button\" class=\"tab\" data-view=\"{name}\">{name}</button>\n");
        drawings += &format!("<div class=\"view\" data-view=\"{name}\">\n{svg}</div>\n");
    }
    if views.is_empty() {
        drawings += "<p>There is neither stack nor chart.</p>\n";
    }
    // In a script element, only this character could end it.
    let data = serde_json::to_string(picture).unwrap_or_default().replace('<', "\\u003c");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<nav>\n{tabs}</nav>\n\
         <form role=\"search\"><input type=\"search\" id=\"search\" placeholder=\"Search\" aria-label=\"Search\" \
         autocomplete=\"off\" spellcheck=\"false\"><output id=\"found\"></output></form>\n\
         <div class=\"zoom\"><button type=\"button\" id=\"out\" aria-label=\"Zoom out\">−</button>\
         <button type=\"button\" id=\"fit\" aria-label=\"Show all\">Fit</button>\
         <button type=\"button\" id=\"in\" aria-label=\"Zoom in\">+</button></div>\n</header>\n\
         <main id=\"stage\">\n{drawings}</main>\n<aside id=\"panel\" aria-live=\"polite\" hidden></aside>\n\
         <script type=\"application/json\" id=\"picture\">{data}</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}
