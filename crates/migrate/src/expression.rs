//! Expressions: code, and the type it has.

/// An expression of the program.
pub(crate) struct Expression {
    pub(crate) code: String,
    pub(crate) is: Is,
}

/// The type of an expression, as far as conversions depend on it.
#[derive(Clone, PartialEq)]
pub(crate) enum Is {
    /// A `Value` of this type.
    Value(String),
    /// A literal or a property type, which converts into the value that is wanted.
    Literal(String),
    /// A list or map, whose type follows from its items.
    Items,
    /// A node of any kind.
    Node,
}

impl Expression {
    pub(crate) fn value(code: impl Into<String>, ty: impl Into<String>) -> Self {
        Expression { code: code.into(), is: Is::Value(ty.into()) }
    }

    pub(crate) fn literal(code: impl Into<String>, ty: &str) -> Self {
        Expression { code: code.into(), is: Is::Literal(ty.to_owned()) }
    }

    pub(crate) fn node(code: impl Into<String>) -> Self {
        Expression { code: code.into(), is: Is::Node }
    }

    /// The same where anything that converts into a `Value` of this type may stand.
    pub(crate) fn fit(self, ty: &str) -> Expression {
        let Is::Value(given) = &self.is else { return self };
        let is_id = |ty: &str| ty.starts_with("l1::ids::");
        let items = given.strip_prefix("Vec<").and_then(|items| items.strip_suffix('>'));
        let fits = given == ty
            || (ty == "String" && is_id(given))
            || (ty == "Vec<String>" && items.is_some_and(is_id));
        match fits {
            true => self,
            false if ty == "Json" => Expression::value(format!("{}.into_json()", self.code), ty),
            false => Expression::value(format!("{}.assume::<{ty}>()", self.code), ty),
        }
    }

    /// The code of a `Value` of this type, which the compiler knows to be wanted.
    pub(crate) fn converted(self, ty: &str) -> String {
        let fitted = self.fit(ty);
        match &fitted.is {
            Is::Value(given) if given == ty => fitted.code,
            // The sign would be that of what comes out.
            _ if fitted.code.starts_with('-') => format!("({}).into()", fitted.code),
            _ => format!("{}.into()", fitted.code),
        }
    }

    /// The code of a `Value` of this type, wherever it stands.
    pub(crate) fn annotated(self, ty: &str) -> String {
        let fitted = self.fit(ty);
        match &fitted.is {
            Is::Value(given) if given == ty => fitted.code,
            _ => format!("Value::<{ty}>::from({})", fitted.code),
        }
    }

    /// The code of several expressions that are to have one type, each converting into a `Value` of `ty`.
    pub(crate) fn alike(all: Vec<Expression>, ty: &str) -> Vec<String> {
        let all: Vec<Expression> = all.into_iter().map(|one| one.fit(ty)).collect();
        let is_alike = all.windows(2).all(|pair| pair[0].is == pair[1].is && pair[0].is != Is::Items);
        if is_alike {
            return all.into_iter().map(|one| one.code).collect();
        }
        let mut all = all.into_iter();
        let first = all.next().map(|first| first.annotated(ty));
        first.into_iter().chain(all.map(|one| one.converted(ty))).collect()
    }
}
