//! Random templates full of texts that YAML readers stumble over, each as JSON and as YAML.
//!
//! `cargo run -p stackwright-cfn --example nasty_templates -- COUNT SEED` prints a JSON object a line, with the keys
//! `json` and `yaml`. The same count and seed give the same lines. `tests/real/yaml` compares the two.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program for tests, with arguments and output"
)]

use stackwright_cfn::{Function, Map, NoNames, Node, Resource, Template};

const PIECES: [&str; 24] = [
    "a", "B", "0", "7", ".", ":", " ", "\n", "\t", "-", "#", "'", "\"", "\\", "{", "[", ",", "&", "|", "é",
    "😀", "\u{85}", "\u{2028}", "$",
];

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().ok());
    let (Some(Some(count)), Some(Some(seed))) = (arguments.next(), arguments.next()) else {
        println!("usage: nasty_templates COUNT SEED");
        return;
    };
    let texts = include_str!("../tests/document/nasty.json");
    let mut random = Random { state: seed, texts: serde_json::from_str(texts).unwrap_or_default() };
    assert!(!random.texts.is_empty(), "no texts");
    for _ in 0..count {
        let template = random.template();
        let line = serde_json::json!({
            "json": template.to_json(&NoNames),
            "yaml": template.to_yaml(&NoNames),
        });
        println!("{line}");
    }
}

struct Random {
    state: u64,
    texts: Vec<String>,
}

impl Random {
    /// The next of Steele, Lea and Flood's SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn text(&mut self) -> String {
        match self.below(4) {
            0 | 1 => {
                let index = self.below(self.texts.len());
                self.texts[index].clone()
            }
            2 => (0..self.below(8)).map(|_| PIECES[self.below(PIECES.len())]).collect(),
            _ => {
                let characters = (0..self.below(6)).map(|_| self.next() as u32 % 0x3000);
                characters.filter_map(char::from_u32).collect()
            }
        }
    }

    fn node(&mut self, depth: usize) -> Node {
        match self.below(if depth < 5 { 14 } else { 9 }) {
            0 => Node::Null,
            1 => Node::Bool(self.below(2) == 0),
            2 => Node::Int(self.next() as i64 >> self.below(64)),
            3 => {
                let value = f64::from_bits(self.next());
                Node::Float(if value.is_finite() { value } else { 0.5 })
            }
            4..9 => self.text().into(),
            9 => Node::List((0..self.below(5)).map(|_| self.node(depth + 1)).collect()),
            10 => {
                let function = Function::ALL[self.below(Function::ALL.len())];
                Node::call(function, self.node(depth + 1))
            }
            _ => Node::Map(self.map(depth + 1)),
        }
    }

    fn map(&mut self, depth: usize) -> Map {
        (0..self.below(5)).map(|_| (self.text(), self.node(depth))).collect()
    }

    fn template(&mut self) -> Template {
        let mut template = Template::new();
        template.description = Some(self.text().into());
        template.metadata = self.map(0);
        template.outputs = self.map(0);
        let mut resource = Resource::raw(self.text(), self.map(0));
        resource.attributes.set("Metadata", self.node(0));
        template.resources.push((self.text().into(), resource));
        template
    }
}
