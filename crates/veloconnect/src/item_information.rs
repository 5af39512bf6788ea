//! `vcc:ItemInformation`: groups of an article and links to more about it (7.2). It ends an Item in whatever message.

use ordergate_xml::XmlWriter;

use crate::articles::{Article, Authorisation, Disposition, GroupMember, Information};
use crate::schema::ubl::CATALOG_1_1;

/// Writes what the catalogue module in this namespace can say of the article, if that is anything.
pub(crate) fn write_information(w: &mut XmlWriter, article: &Article, ns: &str) {
    let links: Vec<_> = article.information.iter().filter(|link| can_be_told(link, ns)).collect();
    if links.is_empty() && article.groups.is_empty() && article.scale_price_group.is_none() {
        return;
    }
    w.start("vcc:ItemInformation").attr("xmlns:vcc", ns);
    for link in links {
        write_link(w, link, ns);
    }
    for member in &article.groups {
        write_member(w, "vcc:ClassificationGroupMember", member);
    }
    if let Some(member) = &article.scale_price_group {
        write_member(w, "vcc:ScalePriceGroup", member);
    }
    w.end();
}

/// Structured data came with 1.5, and what describes them.
fn knows(ns: &str, disposition: Disposition) -> bool {
    ns != CATALOG_1_1 || disposition != Disposition::ProductData
}

fn can_be_told(link: &Information, ns: &str) -> bool {
    link.dispositions.iter().any(|disposition| knows(ns, *disposition))
}

fn write_link(w: &mut XmlWriter, link: &Information, ns: &str) {
    w.start("vcc:InformationURL").leaf("vcc:URI", &link.uri);
    for disposition in link.dispositions.iter().filter(|disposition| knows(ns, **disposition)) {
        w.leaf("vcc:Disposition", disposition.text());
    }
    let since_1_5 = ns != CATALOG_1_1;
    let facts = [("vcc:Standard", &link.standard), ("vcc:Format", &link.format), ("vcc:Version", &link.version)];
    write_texts(w, facts.into_iter().filter(|_| since_1_5));
    write_texts(w, [("vcc:Description", &link.description)]);
    if let Some(authorisation) = link.authorisation.as_ref().filter(|_| since_1_5) {
        write_authorisation(w, authorisation);
    }
    w.end();
}

fn write_authorisation(w: &mut XmlWriter, authorisation: &Authorisation) {
    w.start("vcc:Authorisation");
    let Authorisation { username, password, api_key, api_secret } = authorisation;
    let texts = [("vcc:Password", password), ("vcc:Username", username), ("vcc:ApiSecret", api_secret), ("vcc:ApiKey", api_key)];
    write_texts(w, texts);
    w.end();
}

fn write_texts<'t>(w: &mut XmlWriter, texts: impl IntoIterator<Item = (&'static str, &'t Option<String>)>) {
    for (name, text) in texts {
        if let Some(text) = text {
            w.leaf(name, text);
        }
    }
}

fn write_member(w: &mut XmlWriter, name: &str, member: &GroupMember) {
    w.start(name);
    if !member.primary {
        w.attr("primaryGroup", "false");
    }
    w.leaf("vcc:ClassificationSchemeID", &member.scheme).leaf("vcc:GroupID", &member.group).end();
}
