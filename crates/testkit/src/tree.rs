//! A document that can be changed, as it is written: prefixes are names, references stay references.

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// With its prefix.
    pub name: String,
    /// Names and values as written, namespace declarations among them.
    pub attributes: Vec<(String, String)>,
    pub content: Vec<Part>,
}

/// A part of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Element(Tree),
    /// Markup as written: text, references, comments, anything.
    Raw(String),
}

impl Tree {
    /// An element without attributes.
    pub fn new(name: &str, text: &str) -> Self {
        let content = if text.is_empty() { Vec::new() } else { vec![Part::Raw(text.to_owned())] };
        Self { name: name.to_owned(), attributes: Vec::new(), content }
    }

    /// Reads a document written for a test: elements, attributes, text, comments (which are left out). White space
    /// between elements is left out too.
    ///
    /// # Panics
    /// When the text is none such.
    pub fn parse(xml: &str) -> Self {
        let mut reader = Reader { rest: xml.trim() };
        if reader.rest.starts_with("<?xml") {
            reader.until("?>");
        }
        reader.comments();
        assert!(reader.take("<"), "an element was expected at {:.40}", reader.rest);
        let tree = reader.element();
        assert!(reader.rest.is_empty(), "{:.40} follows the document element", reader.rest);
        tree
    }

    /// The document, without XML declaration.
    pub fn write(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            out.push_str(value);
            out.push('"');
        }
        if self.content.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for part in &self.content {
            match part {
                Part::Element(child) => child.write_to(out),
                Part::Raw(text) => out.push_str(text),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }

    /// The element that a path of positions leads to.
    ///
    /// # Panics
    /// When it leads elsewhere.
    pub fn at(&self, path: &[usize]) -> &Self {
        path.iter().fold(self, |tree, at| match &tree.content[*at] {
            Part::Element(child) => child,
            Part::Raw(text) => panic!("{text:?} is no element"),
        })
    }

    /// As [`Self::at`].
    ///
    /// # Panics
    /// When the path leads elsewhere.
    pub fn at_mut(&mut self, path: &[usize]) -> &mut Self {
        path.iter().fold(self, |tree, at| match &mut tree.content[*at] {
            Part::Element(child) => child,
            Part::Raw(text) => panic!("{text:?} is no element"),
        })
    }

    /// The paths of all elements, parents first.
    pub fn paths(&self) -> Vec<Vec<usize>> {
        let mut paths = vec![Vec::new()];
        self.add_paths(&[], &mut paths);
        paths
    }

    fn add_paths(&self, here: &[usize], paths: &mut Vec<Vec<usize>>) {
        for (at, part) in self.content.iter().enumerate() {
            if let Part::Element(child) = part {
                let path = [here, &[at]].concat();
                paths.push(path.clone());
                child.add_paths(&path, paths);
            }
        }
    }

    /// The text, if the element holds nothing but one piece of it.
    pub fn text(&self) -> Option<&str> {
        match &self.content[..] {
            [Part::Raw(text)] => Some(text),
            _ => None,
        }
    }

    pub fn has_elements(&self) -> bool {
        self.content.iter().any(|part| matches!(part, Part::Element(_)))
    }

    /// `""` if none.
    pub fn prefix(&self) -> &str {
        self.name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    pub fn local_name(&self) -> &str {
        self.name.split_once(':').map_or(&self.name, |(_, local)| local)
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn take(&mut self, what: &str) -> bool {
        let rest = self.rest.strip_prefix(what);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn until(&mut self, end: &str) -> &'t str {
        let (before, after) = self.rest.split_once(end).unwrap_or_else(|| panic!("no {end:?} in {:.40}", self.rest));
        self.rest = after;
        before
    }

    fn comments(&mut self) {
        while self.rest.trim_start().starts_with("<!--") {
            self.until("-->");
            self.rest = self.rest.trim_start();
        }
        self.rest = self.rest.trim_start();
    }

    /// After the `<`.
    fn element(&mut self) -> Tree {
        let end = self.rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        let mut tree = Tree::new(name, "");
        loop {
            self.rest = self.rest.trim_start();
            if self.take("/>") {
                return tree;
            }
            if self.take(">") {
                break;
            }
            let name = self.until("=").trim();
            let quote = if self.take("\"") { "\"" } else { "'" };
            tree.attributes.push((name.to_owned(), self.until(quote).trim_start_matches('\'').to_owned()));
        }
        self.content(&mut tree);
        tree
    }

    fn content(&mut self, tree: &mut Tree) {
        loop {
            let at = self.rest.find('<').unwrap_or_else(|| panic!("{} does not end", tree.name));
            let (text, rest) = self.rest.split_at(at);
            self.rest = rest;
            if !text.is_empty() {
                tree.content.push(Part::Raw(text.to_owned()));
            }
            if self.take("</") {
                assert_eq!(self.until(">").trim(), tree.name);
                break;
            }
            if self.take("<!--") {
                self.until("-->");
            } else if self.take("<") {
                tree.content.push(Part::Element(self.element()));
            }
        }
        if tree.has_elements() {
            tree.content.retain(|part| !matches!(part, Part::Raw(text) if text.trim().is_empty()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_was_read() {
        let text = "<p:a xmlns:p=\"urn:p\" b=\"1\"><p:b>x &amp; y</p:b><c/>mixed<d> </d></p:a>";
        let tree = Tree::parse(&format!("<?xml version=\"1.0\"?>\n<!-- c -->\n{}", text.replace("><", ">\n  <")));
        assert_eq!(tree.write(), text);
        assert_eq!(tree.paths(), [vec![], vec![0], vec![1], vec![3]]);
        assert_eq!((tree.at(&[0]).text(), tree.at(&[0]).prefix(), tree.at(&[0]).local_name()), (Some("x &amp; y"), "p", "b"));
    }
}
