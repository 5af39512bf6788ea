//! What can stand around the document element.

use super::Mutants;

pub(super) fn all(mutants: &mut Mutants<'_>) {
    let document = mutants.tree.write();
    let before = [
        "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?>",
        "<?xml version=\"1.0\" standalone=\"maybe\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\" other=\"1\"?>",
        "<?xml encoding=\"UTF-8\"?>",
        "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>",
        "<?xml version=\"1.0\" encoding=\"nonsense\"?>",
        "<?xml version=\"1.0\" encoding=\"\"?>",
        "<?xml?>",
        " <?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\"?><?xml version=\"1.0\"?>",
        "\u{feff}",
        " \n\t",
        "text",
        "<!-- c -->",
        "<?pi data?>",
        "<!DOCTYPE a>",
        "<!DOCTYPE a [<!ENTITY e \"x\">]>",
        "<!DOCTYPE a SYSTEM \"a.dtd\">",
        "<first/>",
        "&amp;",
        "<![CDATA[]]>",
    ];
    for before in before {
        mutants.note(format!("document: {before:?} before it"), format!("{before}{document}"), false);
    }
    for after in
        [" \n", "text", "<!-- c -->", "<!-- c", "<?pi data?>", "<last/>", "&#32;", "</last>", "<", "\u{0}", "<![CDATA[]]>"]
    {
        mutants.note(format!("document: {after:?} after it"), format!("{document}{after}"), false);
    }
    let cuts = document.char_indices().map(|(at, _)| at).step_by(document.len() / 40 + 1);
    for at in cuts {
        mutants.note(format!("document: cut after {at} bytes"), document[..at].to_owned(), false);
    }
    mutants.note("document: line ends".to_owned(), document.replace("><", ">\r\n<"), false);
    mutants.note("document: single quotes".to_owned(), document.replace('"', "'"), false);
    mutants.note("document: no quotes".to_owned(), document.replace('"', ""), false);
    mutants.note("document: white space in tags".to_owned(), document.replace('>', "\n>").replace("/\n>", "\n/>"), false);
    mutants.note("document: end tags dropped".to_owned(), document.replace("</", "<"), false);
    mutants.note("document: only white space".to_owned(), " \n".to_owned(), false);
}
