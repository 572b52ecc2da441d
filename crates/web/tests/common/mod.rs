//! Parses pages as browsers do, and encodes their forms.
#![allow(dead_code, reason = "not every test file needs all of it")]

use std::collections::{BTreeMap, BTreeSet};

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// The elements of a page in order.
pub(crate) struct Page {
    pub(crate) elements: Vec<Element>,
}

/// An element with its text.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) text: String,
    /// The indexes of its ancestors, innermost last.
    pub(crate) around: Vec<usize>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

impl Page {
    pub(crate) fn read(html: &str) -> Self {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
        let mut page = Page { elements: Vec::new() };
        page.walk(&dom.document, &mut Vec::new());
        page
    }

    fn walk(&mut self, node: &Handle, around: &mut Vec<usize>) {
        match &node.data {
            NodeData::Element { name, attrs, .. } => {
                let attributes =
                    attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                let name = name.local.to_string();
                self.elements.push(Element { name, attributes, text: String::new(), around: around.clone() });
                around.push(self.elements.len() - 1);
                node.children.borrow().iter().for_each(|child| self.walk(child, around));
                around.pop();
            }
            NodeData::Text { contents } => {
                for place in around.iter() {
                    self.elements[*place].text.push_str(&contents.borrow());
                }
            }
            _ => node.children.borrow().iter().for_each(|child| self.walk(child, around)),
        }
    }

    pub(crate) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.get("id") == Some(id))
    }

    /// The body that a browser posts when the button with `op` is pressed.
    pub(crate) fn posted(&self, op: &str) -> Vec<u8> {
        let mut form = String::new();
        let mut pairs = form_urlencoded::Serializer::new(&mut form);
        for (place, element) in self.elements.iter().enumerate() {
            let Some(name) = element.get("name") else { continue };
            let value = match (element.name.as_str(), element.get("type")) {
                ("input", Some("checkbox")) if element.get("checked").is_none() => continue,
                ("input", Some("checkbox")) => "on".to_owned(),
                ("input", Some("text")) => element.get("value").unwrap_or_default().replace(['\r', '\n'], ""),
                ("input", _) => element.get("value").unwrap_or_default().to_owned(),
                ("textarea", _) => element.text.replace('\n', "\r\n"),
                ("select", _) => self.selected(place),
                _ => continue,
            };
            pairs.append_pair(name, &value);
        }
        pairs.append_pair("op", op);
        form.into_bytes()
    }

    fn selected(&self, select: usize) -> String {
        let options = self.all("option").filter(|option| option.around.contains(&select));
        let chosen = options.filter(|option| option.get("selected").is_some()).last();
        chosen
            .and_then(|option| option.get("value"))
            .unwrap_or_default()
            .replace("\r\n", "\n")
            .replace('\n', "\r\n")
    }

    /// Duplicate ids, missing labels and other faults, independent of the content.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut ids = BTreeSet::new();
        for id in self.elements.iter().filter_map(|element| element.get("id")) {
            if !ids.insert(id) {
                faults.push(format!("the id {id} is used twice"));
            }
        }
        for element in &self.elements {
            for key in element.attributes.keys().filter(|key| key.starts_with("on") || *key == "style") {
                faults.push(format!("{} has {key}", element.name));
            }
            let pointed = ["aria-labelledby", "aria-describedby", "for", "data-into"];
            for id in pointed.iter().filter_map(|key| element.get(key)).flat_map(str::split_whitespace) {
                if !ids.contains(id) {
                    faults.push(format!("{} points to {id}, which does not exist", element.name));
                }
            }
            if matches!(element.name.as_str(), "input" | "textarea" | "select" | "button")
                && !self.is_labelled(element)
            {
                faults.push(format!("{element:?} has no label"));
            }
            if element.name == "img" && element.get("alt").is_none_or(str::is_empty) {
                faults.push(format!("{element:?} has no text"));
            }
        }
        faults
    }

    fn is_labelled(&self, control: &Element) -> bool {
        let id = control.get("id");
        let label = |element: &Element| element.name == "label" && !element.text.trim().is_empty();
        control.get("type") == Some("hidden")
            || control.get("aria-label").is_some()
            || control.name == "button" && !control.text.trim().is_empty()
            || control.around.iter().any(|place| label(&self.elements[*place]))
            || id.is_some() && self.elements.iter().any(|element| label(element) && element.get("for") == id)
    }
}
