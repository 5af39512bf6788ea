//! A file of articles cut into pieces, each a TOML document of its own: the tree of a whole file takes ten times as much memory
//! as the articles that come of it.

use std::ops::Range;

/// A piece has about so many bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// A file of articles.
pub(super) struct Pieces<'t> {
    /// All that is no article.
    pub rest: String,
    /// Nothing but articles, in their order.
    pub articles: Vec<&'t str>,
}

/// What a line begins.
enum Begins {
    Article,
    /// A table within an article.
    Part,
    Other,
}

/// Cuts before lines that begin an article. Such a line may also stand within a text, or an article be written otherwise; then not
/// each piece can be read by itself, or there is something else in it, and whoever reads them takes the file as a whole.
pub(super) fn pieces(text: &str) -> Pieces<'_> {
    let mut pieces = Pieces { rest: String::new(), articles: Vec::new() };
    let (mut piece, mut in_articles, mut at) = (0..0, false, 0);
    for line in text.split_inclusive('\n') {
        let begins = begins(line);
        let is_full = matches!(begins, Some(Begins::Article)) && piece.len() >= PIECE_BYTES;
        let stays = match begins {
            None => true,
            Some(Begins::Article | Begins::Part) => in_articles,
            Some(Begins::Other) => !in_articles,
        };
        if is_full || !stays {
            pieces.add(text, &piece, in_articles);
            piece = at..at;
            in_articles = matches!(begins, Some(Begins::Article)) || (in_articles && is_full);
        }
        at += line.len();
        piece.end = at;
    }
    pieces.add(text, &piece, in_articles);
    pieces
}

impl<'t> Pieces<'t> {
    fn add(&mut self, text: &'t str, piece: &Range<usize>, in_articles: bool) {
        let piece = &text[piece.clone()];
        if in_articles {
            self.articles.push(piece);
        } else {
            self.rest.push_str(piece);
        }
    }
}

fn begins(line: &str) -> Option<Begins> {
    let line = line.trim_start();
    if !line.starts_with('[') {
        None
    } else if line.starts_with("[[article]]") {
        Some(Begins::Article)
    } else if line.starts_with("[article.") || line.starts_with("[[article.") {
        Some(Begins::Part)
    } else {
        Some(Begins::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_and_the_rest() {
        let text = "a = 1\n[[scheme]]\nb = 2\n[[article]]\nc = 3\n [[article.prices]]\nd = 4\n[[article]]\ne = 5\n[[scheme]]\nf = 6\n\
                    [[article]]\ng = 7";
        let Pieces { rest, articles } = pieces(text);
        assert_eq!(rest, "a = 1\n[[scheme]]\nb = 2\n[[scheme]]\nf = 6\n");
        assert_eq!(articles, ["[[article]]\nc = 3\n [[article.prices]]\nd = 4\n[[article]]\ne = 5\n", "[[article]]\ng = 7"]);
        let none = pieces("");
        assert!(none.rest.is_empty() && none.articles.is_empty());
    }

    #[test]
    fn many_articles_are_many_pieces() {
        let one = format!("[[article]]\nid = \"{}\"\n", "x".repeat(100));
        let text = one.repeat(3 * PIECE_BYTES / one.len());
        let Pieces { rest, articles } = pieces(&text);
        assert_eq!((rest.as_str(), articles.concat()), ("", text.clone()));
        assert!((2..=3).contains(&articles.len()), "{}", articles.len());
        assert!(articles.iter().all(|piece| piece.starts_with("[[article]]") && piece.len() < PIECE_BYTES + one.len()));
    }
}
