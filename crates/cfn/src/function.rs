//! The names of CloudFormation's functions.

macro_rules! functions {
    ($($name:ident = $key:literal, $doc:literal;)*) => {
        /// A function of the template language that is written as a map with one key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Function {
            $(
                #[doc = concat!("`", $key, "`: ", $doc, ".\n\nSource: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>")]
                $name,
            )*
        }

        impl Function {
            /// Every function.
            pub const ALL: &'static [Function] = &[$(Function::$name),*];

            /// The key that stands for the function in a template.
            pub const fn key(self) -> &'static str {
                match self { $(Function::$name => $key),* }
            }

            /// The name without `Fn::`, as the short forms of YAML have it: `GetAtt` of `!GetAtt`.
            pub const fn short(self) -> &'static str {
                match self.key().as_bytes() {
                    [b'F', b'n', b':', b':', ..] => self.key().split_at(4).1,
                    _ => self.key(),
                }
            }

            /// The function that `key` stands for.
            pub fn from_key(key: &str) -> Option<Function> {
                match key { $($key => Some(Function::$name),)* _ => None }
            }
        }
    };
}

functions! {
    Ref = "Ref", "a resource's id or a parameter's value";
    GetAtt = "Fn::GetAtt", "an attribute of a resource";
    Sub = "Fn::Sub", "text with names filled in";
    Join = "Fn::Join", "a list as one text";
    Select = "Fn::Select", "one item of a list";
    Split = "Fn::Split", "text as a list";
    If = "Fn::If", "one of two values";
    And = "Fn::And", "whether all conditions hold";
    Or = "Fn::Or", "whether one of the conditions holds";
    Not = "Fn::Not", "whether a condition does not hold";
    Equals = "Fn::Equals", "whether two values are the same";
    Contains = "Fn::Contains", "whether a list holds a value, in rules";
    EachMemberEquals = "Fn::EachMemberEquals", "whether all of a list are one value, in rules";
    EachMemberIn = "Fn::EachMemberIn", "whether all of a list are in another, in rules";
    RefAll = "Fn::RefAll", "all values of a parameter type, in rules";
    ValueOf = "Fn::ValueOf", "an attribute of a parameter's value, in rules";
    ValueOfAll = "Fn::ValueOfAll", "an attribute of all values of a parameter type, in rules";
    Condition = "Condition", "a condition by its name";
    FindInMap = "Fn::FindInMap", "a value of a mapping";
    Base64 = "Fn::Base64", "text in Base64";
    Cidr = "Fn::Cidr", "address blocks cut from one";
    GetAzs = "Fn::GetAZs", "the availability zones of a region";
    ImportValue = "Fn::ImportValue", "an export of another stack";
    GetStackOutput = "Fn::GetStackOutput", "an output of another stack, without an export";
    Transform = "Fn::Transform", "the result of a macro";
    ToJsonString = "Fn::ToJsonString", "a value as JSON text";
    Length = "Fn::Length", "how many items a list has";
}

impl Function {
    /// Whether its argument may name elements of the template in plain text.
    pub const fn names_elements(self) -> bool {
        matches!(
            self,
            Function::Condition
                | Function::FindInMap
                | Function::GetAtt
                | Function::If
                | Function::Ref
                | Function::Sub
                | Function::ValueOf
        )
    }
}
