//! The text of `Fn::Sub`, in pieces.

/// A piece of the text of a `Fn::Sub`.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    /// Text that stands for itself, `${!…}` included, as it is written.
    Text(&'a str),
    /// `${name}` or `${name.attribute}`.
    Name { name: &'a str, attribute: Option<&'a str> },
}

/// The pieces of `text`, none left out.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = match rest.strip_prefix("${").map(|after| after.split_once('}')) {
            Some(Some((inside, after))) if !inside.starts_with('!') => {
                rest = after;
                let (name, attribute) = match inside.split_once('.') {
                    Some((name, attribute)) => (name, Some(attribute.trim())),
                    None => (inside, None),
                };
                return Some(Piece::Name { name: name.trim(), attribute });
            }
            Some(Some((literal, _))) => "${}".len() + literal.len(),
            Some(None) => rest.len(),
            None => rest.find("${").unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Text(piece))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name<'a>(name: &'a str, attribute: Option<&'a str>) -> Piece<'a> {
        Piece::Name { name, attribute }
    }

    #[test]
    fn names_stand_in_braces_after_a_dollar_sign() {
        let text = "é$${A}-${ B.C.D }${!literal}${AWS::Region}";
        let expected = [
            Piece::Text("é$"),
            name("A", None),
            Piece::Text("-"),
            name("B", Some("C.D")),
            Piece::Text("${!literal}"),
            name("AWS::Region", None),
        ];
        assert_eq!(pieces(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_not_closed_is_text() {
        for text in ["", "$", "$$", "{}", "$x}", "${", "a ${b", "a ${!b", "ö"] {
            let all: Vec<_> = pieces(text).collect();
            assert!(all.iter().all(|piece| matches!(piece, Piece::Text(_))), "{all:?}");
        }
    }
}
