//! What values a resource type takes, read from its paragraph as far as it is asked for.

mod pattern;
mod read;

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

pub(crate) use pattern::Pattern;

use crate::table;

/// A word or a text of the file.
pub(crate) type Name = Cow<'static, str>;

/// What must hold for a value, all of it.
pub(crate) type Terms = Vec<Term>;

/// One thing that must hold for a value. `facts/README.md` explains each by its word.
#[derive(Debug)]
pub(crate) enum Term {
    Kinds(Vec<Kind>),
    Object(&'static str),
    In(Vec<Name>),
    Fold(Vec<Name>),
    Length(Bounds),
    Range(Bounds),
    Size(Bounds),
    Like(Pattern),
    Unlike(Pattern),
    Form(Name),
    Unique,
    Each(Terms),
    Keys(Terms),
    Values(Terms),
    At(Name, Terms),
    Has(Vec<Name>),
    OneOf(Vec<Name>),
    SomeOf(Vec<Name>),
    With(Name, Vec<Name>),
    Without(Name, Vec<Name>),
    Any(Vec<Terms>),
    One(Vec<Terms>),
    Not(Terms),
    If(Terms, Terms, Terms),
    Never,
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Map,
    List,
}

/// A range whose ends are possible; one that is not there is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) least: Option<f64>,
    pub(crate) most: Option<f64>,
}

/// What is in the properties of a resource, or in a property.
#[derive(Debug)]
pub(crate) struct Object {
    /// Whether there may be other properties than those that are known.
    pub(crate) is_open: bool,
    /// By name.
    properties: Vec<Property>,
    /// The names of those that there must be.
    pub(crate) required: Vec<Name>,
    /// What holds between the properties.
    pub(crate) between: Terms,
}

/// A property of an object.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: Name,
    pub(crate) use_: Use,
    text: &'static str,
    terms: OnceCell<Terms>,
}

/// How a property may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Optional,
    Required,
    /// It can be read once the resource is there, and not set.
    ReadOnly,
}

impl Object {
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        // Most names differ in length, so looking at every one is faster than searching in halves.
        self.properties.iter().find(|property| property.name == name)
    }

    pub(crate) fn properties(&self) -> &[Property] {
        &self.properties
    }
}

impl Property {
    pub(crate) fn terms(&self) -> &Terms {
        // What cannot be read says nothing; a test reads everything.
        self.terms.get_or_init(|| read::terms(self.text).unwrap_or_default())
    }
}

/// A resource type of AWS's.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The resource itself.
    pub(crate) resource: Rc<Object>,
    /// What `Ref` yields.
    reference: Option<&'static str>,
    /// What `Fn::GetAtt` can ask for.
    attributes: Vec<&'static str>,
    /// Those of the attributes that yield lists.
    lists: Vec<&'static str>,
    /// The forms of what `Ref` and attributes yield.
    forms: Vec<(&'static str, Vec<&'static str>)>,
    paragraph: &'static str,
    /// What the types of the service have in common.
    shared: Option<&'static str>,
    objects: RefCell<BTreeMap<&'static str, Option<Rc<Object>>>>,
}

impl Schema {
    /// What is known of a resource type; `None` where nothing is.
    ///
    /// It is read once in a thread: a hundred stacks have the same few types.
    pub(crate) fn of(type_name: &str) -> Option<Rc<Schema>> {
        thread_local! {
            static KNOWN: RefCell<BTreeMap<String, Option<Rc<Schema>>>> = const { RefCell::new(BTreeMap::new()) };
        }
        KNOWN.with_borrow_mut(|known| {
            if let Some(schema) = known.get(type_name) {
                return schema.clone();
            }
            let schema = Schema::read(type_name).map(Rc::new);
            known.insert(type_name.to_owned(), schema.clone());
            schema
        })
    }

    fn read(type_name: &str) -> Option<Schema> {
        let (namespace, _) = type_name.rsplit_once("::").filter(|(namespace, _)| namespace.contains("::"))?;
        let paragraph = table::paragraph(type_name)?;
        let resource = read::object(paragraph, type_name)?.ok()?;
        let meta = |word: &str| {
            let lines = paragraph.lines().filter_map(|line| line.strip_prefix(" = "));
            let mut named = lines.filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' '));
            named.next().map(|names| names.split(' ').collect::<Vec<_>>()).unwrap_or_default()
        };
        Some(Schema {
            resource: Rc::new(resource),
            reference: meta("ref").first().copied(),
            attributes: meta("attributes"),
            lists: meta("lists"),
            forms: meta("forms").into_iter().filter_map(forms).collect(),
            paragraph,
            shared: table::paragraph(namespace),
            objects: RefCell::default(),
        })
    }

    /// An object inside the resource.
    pub(crate) fn object(&self, name: &'static str) -> Option<Rc<Object>> {
        let mut objects = self.objects.borrow_mut();
        let find = || {
            let paragraphs = [Some(self.paragraph), self.shared].into_iter().flatten();
            let mut found = paragraphs.filter_map(|paragraph| read::object(paragraph, name));
            found.next().and_then(Result::ok).map(Rc::new)
        };
        objects.entry(name).or_insert_with(find).clone()
    }

    /// What `Fn::GetAtt` can ask for.
    pub(crate) fn attributes(&self) -> &[&'static str] {
        &self.attributes
    }

    /// Whether an attribute yields a list.
    pub(crate) fn is_list(&self, attribute: &str) -> bool {
        self.lists.contains(&attribute)
    }

    /// The attribute that `Ref` yields, where it is one.
    pub(crate) fn reference(&self) -> Option<&'static str> {
        self.reference
    }

    /// The forms, any of several, of what an attribute or `Ref` yields; none where they are not known.
    pub(crate) fn forms(&self, attribute: &str) -> &[&'static str] {
        self.forms.iter().find(|(name, _)| *name == attribute).map_or(&[], |(_, forms)| forms)
    }

    /// The attribute that yields a form.
    pub(crate) fn yields(&self, form: &str) -> Option<&'static str> {
        self.forms.iter().find(|(_, forms)| forms.contains(&form)).map(|(name, _)| *name)
    }
}

fn forms(line: &'static str) -> Option<(&'static str, Vec<&'static str>)> {
    let (name, forms) = line.split_once('=')?;
    Some((name, forms.split(',').collect()))
}
