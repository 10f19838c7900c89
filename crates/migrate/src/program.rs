//! The program as a whole: a module that describes the stack.

use std::collections::BTreeSet;

use stackwright_cfn::{LogicalId, Map, NoNames, Node, Resource, Space, Template, Text, references};

use crate::kind::Kind;
use crate::order::order;
use crate::resource::Statement;
use crate::value::spelled;
use crate::writer::{What, Writer};
use crate::{literal, parameter};

/// The parts of a program while it is written.
pub(crate) struct Program<'f, 't> {
    pub(crate) writer: Writer<'f>,
    template: &'t Template,
    /// The ids of constructs that are taken.
    ids: BTreeSet<String>,
    /// The lines, and the variable that each of them makes.
    lines: Vec<(Option<String>, Statement)>,
    /// What is taken over as it is.
    rest: Template,
}

impl<'f, 't> Program<'f, 't> {
    pub(crate) fn new(writer: Writer<'f>, template: &'t Template) -> Self {
        Program { writer, template, ids: BTreeSet::new(), lines: Vec::new(), rest: Template::default() }
    }

    /// The text of the module, which describes a stack of this name.
    pub(crate) fn write(&mut self, stack: &str) -> String {
        self.declare();
        self.parameters();
        self.mappings();
        self.conditions();
        self.rules();
        self.resources();
        self.outputs();
        self.rest.generated = self.template.generated.clone();
        self.rest.others = self.template.others.clone();
        if !self.rest.others.is_empty() {
            self.rest.transform = self.template.transform.clone();
        }
        self.module(stack)
    }

    /// Gives a variable to everything that has a name.
    fn declare(&mut self) {
        let template = self.template;
        for (name, node) in template.parameters.iter() {
            if let Node::Map(settings) = node {
                self.writer.variables.add(name, What::Parameter(parameter::yields(settings)));
                self.ids.insert(name.to_string());
            }
        }
        for (name, resource) in &template.resources {
            let known = self.writer.facts.find(&resource.type_name);
            let known = known.filter(|known| {
                let required = known.resource.properties.iter().filter(|property| property.required);
                required.into_iter().all(|property| resource.properties.contains_key(&property.name))
            });
            let what = known.map_or(What::Untyped, What::Typed);
            self.writer.variables.add(name, what);
            self.ids.insert(name.to_string());
        }
        template.conditions.keys().for_each(|name| self.writer.variables.add(name, What::Condition));
        template.mappings.keys().for_each(|name| self.writer.variables.add(name, What::Mapping));
    }

    /// The id of a construct that is called `name`, or where that is taken, something with `second` behind it.
    fn free_id(&mut self, name: &str, second: &str) -> String {
        let longer = format!("{name}{second}");
        let numbered = (2..).map(|number| format!("{longer}{number}"));
        let is_free = |id: &String| !self.ids.contains(id);
        let all = [name.to_owned(), longer.clone()].into_iter().chain(numbered);
        let id = all.into_iter().find(is_free).unwrap_or_default();
        self.ids.insert(id.clone());
        id
    }

    /// Adds a line that makes something called `name`; `second` makes a construct id of a name that is taken another.
    fn add(&mut self, name: &str, second: &str, variable: Option<String>, construct: &str, props: &str) {
        let id = self.free_id(name, second);
        let variable = variable.unwrap_or_else(|| "entry".to_owned());
        let mut more = Vec::new();
        if id != name {
            more.push(format!("{variable}.override_logical_id({name:?});"));
        }
        let code = format!("{construct}::new(&stack, {id:?}, {props})");
        self.lines.push((Some(variable), Statement { code, more }));
    }

    fn parameters(&mut self) {
        for (name, node) in self.template.parameters.iter() {
            let props = node.as_map().and_then(|settings| {
                self.writer.below(name, |writer| writer.attempt(|writer| parameter::write(writer, settings)))
            });
            let Some(props) = props else {
                self.keep(name, "parameter");
                self.rest.parameters.push(name.clone(), node.clone());
                continue;
            };
            // Its name is its own already.
            let Some(variable) = self.writer.variables.elements.get_mut(&**name) else { continue };
            variable.is_made = true;
            let code = format!("Parameter::new(&stack, {name:?}, {props})", name = name.as_str());
            self.lines.push((Some(variable.name.clone()), Statement { code, more: Vec::new() }));
        }
    }

    fn mappings(&mut self) {
        for (name, node) in self.template.mappings.iter() {
            let Some(props) = self.mapping(node) else {
                self.keep(name, "mapping");
                self.rest.mappings.push(name.clone(), node.clone());
                continue;
            };
            let Some(variable) = self.writer.variables.mappings.get_mut(&**name) else { continue };
            variable.is_made = true;
            let variable = variable.name.clone();
            self.add(name, "Mapping", Some(variable), "Mapping", &props);
        }
    }

    fn mapping(&mut self, node: &Node) -> Option<String> {
        let mut code = "MappingProps::new()".to_owned();
        for (first, below) in node.as_map().filter(|map| !map.is_empty())?.iter() {
            for (second, value) in below.as_map().filter(|map| !map.is_empty())?.iter() {
                if value.is_intrinsic() || value.as_map().is_some() {
                    return None;
                }
                let value = match value {
                    // The items are texts, however they are spelled.
                    Node::List(items) => {
                        let items: Option<Vec<String>> = items.iter().map(spelled).collect();
                        self.writer.json(&Node::from(items?))
                    }
                    value => self.writer.tokens(value),
                };
                code.push_str(&format!(
                    "\n.value({}, {}, {value})",
                    literal::text(first),
                    literal::text(second)
                ));
            }
        }
        Some(code)
    }

    fn conditions(&mut self) {
        let conditions = &self.template.conditions;
        let names: Vec<&str> = conditions.keys().map(Text::as_str).collect();
        let needs = |name: &str| {
            let node = conditions.get(name).into_iter();
            node.flat_map(references).filter(|it| it.space == Space::Condition).map(|it| it.name).collect()
        };
        for name in order(&names, needs) {
            let Some(node) = conditions.get(name) else { continue };
            if name.starts_with("Fn::") {
                self.keep(name, "condition");
                self.rest.conditions.push(name.into(), node.clone());
                continue;
            }
            let props = self.writer.below(name, |writer| writer.predicate(node));
            let Some(variable) = self.writer.variables.conditions.get_mut(name) else { continue };
            variable.is_made = true;
            let variable = variable.name.clone();
            self.add(name, "Condition", Some(variable), "Condition", &props);
        }
    }

    fn rules(&mut self) {
        for (name, node) in self.template.rules.iter() {
            let Some(props) = self.writer.below(name, |writer| writer.attempt(|writer| rule(writer, node)))
            else {
                self.keep(name, "rule");
                self.rest.rules.push(name.clone(), node.clone());
                continue;
            };
            self.add(name, "Rule", None, "Rule", &props);
        }
    }

    fn resources(&mut self) {
        let resources = &self.template.resources;
        let names: Vec<&str> = resources.iter().map(|(name, _)| name.as_str()).collect();
        let find = |name: &str| resources.iter().find(|(known, _)| *known == *name).map(|(_, it)| it);
        let needs = |name: &str| {
            let found = find(name).into_iter().flat_map(Resource::references);
            found.filter(|it| it.space == Space::Element).map(|it| it.name).collect()
        };
        for name in order(&names, needs) {
            let Some(resource) = find(name) else { continue };
            let Some(variable) = self.writer.variables.elements.get(name).map(|it| it.name.clone()) else {
                continue;
            };
            if let Some(What::Untyped) = self.writer.variables.elements.get(name).map(|it| &it.what) {
                let ty = &resource.type_name;
                let why = match self.writer.facts.find(ty) {
                    Some(_) => format!("{ty} lacks what it requires, so that it is set by name"),
                    None => format!("{ty} is no known type, so that its properties are set by name"),
                };
                self.writer.below(name, |writer| writer.has_no_type(&why));
            }
            let statement = self.writer.below(name, |writer| writer.resource(name, &variable, resource));
            if let Some(variable) = self.writer.variables.elements.get_mut(name) {
                variable.is_made = true;
            }
            self.lines.push((Some(variable), statement));
        }
    }

    fn outputs(&mut self) {
        for (name, node) in self.template.outputs.iter() {
            let Some(props) = self.writer.below(name, |writer| writer.attempt(|writer| output(writer, node)))
            else {
                self.keep(name, "output");
                self.rest.outputs.push(name.clone(), node.clone());
                continue;
            };
            self.add(name, "Output", None, "Output", &props);
        }
    }

    /// Puts down that something is taken over as it is.
    fn keep(&mut self, name: &str, what: &str) {
        let why = format!("this {what} is taken over as text");
        self.writer.below(name, |writer| writer.has_no_type(&why));
    }

    fn module(&mut self, name: &str) -> String {
        let name = literal::text(name);
        let mut code = format!(
            "//! The stack `{stack}`, as its template described it.\n\nuse stackwright::prelude::*;\n\n\
             /// Describes the stack.\npub(crate) fn describe(app: &App) {{\n",
            stack = name.trim_matches('"'),
        );
        match &self.template.description {
            None => code.push_str(&format!("let stack = Stack::new(app, {name});\n")),
            Some(text) => code.push_str(&format!(
                "let stack = Stack::with_props(app, {name}, StackProps::new().description({}));\n",
                literal::text(text)
            )),
        }
        let transforms = match &self.template.transform {
            // Unknown sections are of the macros that read them.
            Some(_) if !self.rest.others.is_empty() => &[],
            Some(Node::List(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for transform in transforms {
            let transform = self.writer.value(transform, &Kind::Json).code;
            code.push_str(&format!("stack.add_transform({transform});\n"));
        }
        for (key, value) in self.template.metadata.iter() {
            let value = self.writer.value(value, &Kind::Json).code;
            code.push_str(&format!("stack.add_metadata({}, {value});\n", literal::text(key)));
        }
        code.push('\n');
        for (variable, Statement { code: construct, more }) in &self.lines {
            match variable.as_ref().filter(|name| self.writer.used.contains(*name) || !more.is_empty()) {
                Some(variable) => code.push_str(&format!("let {variable} = {construct};\n")),
                None => code.push_str(&format!("{construct};\n")),
            }
            for line in more {
                code.push_str(line);
                code.push('\n');
            }
        }
        let text = self.rest.to_json(&NoNames);
        if self.rest != Template::default() {
            let id = self.free_id("Included", "Template");
            code.push_str(&format!("Include::read(&stack, {id:?}, {});\n", literal::text(&text)));
        }
        code.push_str("}\n");
        code
    }
}

fn rule(writer: &mut Writer<'_>, node: &Node) -> Option<String> {
    let rule = node.as_map()?;
    let mut code = "RuleProps::new()".to_owned();
    if rule.keys().any(|key| *key != "RuleCondition" && *key != "Assertions") {
        return None;
    }
    if let Some(condition) = rule.get("RuleCondition") {
        code.push_str(&format!("\n.condition({})", writer.predicate(condition)));
    }
    for assertion in rule.get("Assertions")?.as_list()? {
        let assertion = assertion.as_map().filter(|map| map.len() == 2)?;
        let description = literal::text(&spelled(assertion.get("AssertDescription")?)?);
        let predicate = writer.predicate(assertion.get("Assert")?);
        code.push_str(&format!("\n.assert({predicate}, {description})"));
    }
    Some(code)
}

fn output(writer: &mut Writer<'_>, node: &Node) -> Option<String> {
    let output: &Map = node.as_map()?;
    let mut code = format!("OutputProps::new({})", writer.value(output.get("Value")?, &Kind::TEXT).code);
    for (key, value) in output.iter() {
        match (key.as_str(), value) {
            ("Value", _) => {}
            ("Description", value) => {
                code.push_str(&format!("\n.description({})", literal::text(&spelled(value)?)));
            }
            ("Export", Node::Map(export)) if export.len() == 1 => {
                let name = writer.value(export.get("Name")?, &Kind::TEXT).code;
                code.push_str(&format!("\n.export({name})"));
            }
            ("Condition", Node::Text(name)) => {
                let condition = writer.made(Space::Condition, name)?;
                code.push_str(&format!("\n.condition({}.holds())", condition.name));
            }
            _ => return None,
        }
    }
    Some(code)
}

/// The names that CloudFormation would not take, by section.
pub(crate) fn problems(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    let resources = template.resources.iter().map(|(name, _)| name);
    let sections = [&template.parameters, &template.mappings, &template.conditions, &template.outputs];
    let names = resources.chain(sections.into_iter().flat_map(Map::keys));
    for name in names.filter(|name| !name.starts_with("Fn::")) {
        if let Err(problem) = LogicalId::new(name.clone()) {
            found.push(problem.to_string());
        }
    }
    let mut check = |name: &str, node: &Node| {
        let mut has_null = false;
        node.visit(&mut |node| has_null |= *node == Node::Null);
        if has_null {
            found.push(format!("{name:?} has a value that is null: CloudFormation takes none"));
        }
    };
    template.resources.iter().for_each(|(name, it)| it.nodes().for_each(|node| check(name, node)));
    for section in sections {
        section.iter().for_each(|(name, node)| check(name, node));
    }
    let elements: BTreeSet<&Text> = template.resources.iter().map(|(name, _)| name).collect();
    for name in template.parameters.keys().filter(|name| elements.contains(name)) {
        found.push(format!("{:?} is both a parameter and a resource", name.as_str()));
    }
    if template.resources.is_empty() && template.generated.is_empty() {
        found.push("the template has no resources: CloudFormation takes none without".to_owned());
    }
    found
}
