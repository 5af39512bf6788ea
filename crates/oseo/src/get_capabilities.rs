//! GetCapabilities (06-141r6 §8): what this server, as configured, really does.

use std::fmt::Write as _;

use ordergate_engine::order::OrderKind;
use ordergate_xml::{Node, XmlWriter, validate};
use sha2::{Digest as _, Sha256};

use crate::operation;
use crate::quotation::Mode;
use crate::schema::{self, OS, ows};
use crate::{Context, Exception, OseoOptions, Reply, VERSION};

/// The sections that can be asked for (§8.4.2, §8.4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    ServiceIdentification,
    ServiceProvider,
    OperationsMetadata,
    Contents,
}

impl Section {
    const ALL: [Self; 4] = [Self::ServiceIdentification, Self::ServiceProvider, Self::OperationsMetadata, Self::Contents];

    const fn name(self) -> &'static str {
        match self {
            Self::ServiceIdentification => "ServiceIdentification",
            Self::ServiceProvider => "ServiceProvider",
            Self::OperationsMetadata => "OperationsMetadata",
            Self::Contents => "Contents",
        }
    }
}

/// Needs no identity: a client must be able to learn how to identify itself.
pub(crate) fn handle(context: &Context, message: Node<'_>) -> Result<Reply, Exception> {
    validate(message, &schema::SCHEMA)?;
    negotiate_version(message)?;
    let current = update_sequence(context);
    let sections = if message.attribute("", "updateSequence") == Some(&current) { Vec::new() } else { wanted_sections(message) };
    Ok(Reply { xml: write(context, Some(&current), &sections), result: "success" })
}

/// Checklist OSEO 18: a client that names the current value has the current document, and gets no section; any other
/// value, also one that this server never gave, gets all (annotation of the schema). It is made of what the document
/// says, so that it is the same at all servers of one configuration, and after a restart.
fn update_sequence(context: &Context) -> String {
    let digest = Sha256::digest(write(context, None, &Section::ALL));
    digest.iter().take(8).fold(String::with_capacity(16), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Checklist OSEO 17: without AcceptVersions any will do; with it, ours must be among them.
fn negotiate_version(message: Node<'_>) -> Result<(), Exception> {
    let Some(accepted) = message.child(ows::OWS, "AcceptVersions") else { return Ok(()) };
    if accepted.children().any(|v| v.text().trim() == VERSION) { Ok(()) } else { Err(Exception::version_negotiation_failed()) }
}

/// Checklist OSEO 16: no Sections means everything, and so does the OWS word "All". Words we do not
/// know name sections we do not have.
fn wanted_sections(message: Node<'_>) -> Vec<Section> {
    let Some(asked) = message.child(ows::OWS, "Sections") else { return Section::ALL.to_vec() };
    let asked: Vec<String> = asked.children().map(|s| s.text().trim().to_owned()).collect();
    if asked.is_empty() || asked.iter().any(|a| a == "All") {
        return Section::ALL.to_vec();
    }
    Section::ALL.into_iter().filter(|s| asked.iter().any(|a| a == s.name())).collect()
}

fn write(context: &Context, update_sequence: Option<&str>, sections: &[Section]) -> Vec<u8> {
    let mut w = XmlWriter::new();
    w.start("os:Capabilities").attr("xmlns:os", OS).attr("xmlns:ows", ows::OWS).attr("xmlns:xlink", ows::XLINK);
    w.attr("version", VERSION);
    if let Some(current) = update_sequence {
        w.attr("updateSequence", current);
    }
    for section in sections {
        match section {
            Section::ServiceIdentification => service_identification(&context.options, &mut w),
            Section::ServiceProvider => service_provider(&context.options, &mut w),
            Section::OperationsMetadata => operations_metadata(context, &mut w),
            Section::Contents => contents(context, &mut w),
        }
    }
    w.end();
    w.finish()
}

fn service_identification(options: &OseoOptions, w: &mut XmlWriter) {
    w.start("ows:ServiceIdentification").leaf("ows:Title", &options.title).leaf("ows:Abstract", &options.summary);
    if !options.keywords.is_empty() {
        w.start("ows:Keywords");
        for keyword in &options.keywords {
            w.leaf("ows:Keyword", keyword);
        }
        w.end();
    }
    w.leaf("ows:ServiceType", "OS").leaf("ows:ServiceTypeVersion", VERSION);
    w.leaf("ows:Fees", &options.fees).leaf("ows:AccessConstraints", &options.access_constraints).end();
}

fn service_provider(options: &OseoOptions, w: &mut XmlWriter) {
    w.start("ows:ServiceProvider").leaf("ows:ProviderName", &options.provider_name);
    if let Some(site) = &options.provider_site {
        w.start("ows:ProviderSite").attr("xlink:href", site).end();
    }
    w.start("ows:ServiceContact");
    if let Some(email) = &options.provider_email {
        w.start("ows:ContactInfo").start("ows:Address").leaf("ows:ElectronicMailAddress", email).end().end();
    }
    w.end().end();
}

/// Checklist OSEO 13: each supported operation with its URL.
fn operations_metadata(context: &Context, w: &mut XmlWriter) {
    w.start("ows:OperationsMetadata");
    for (operation, _) in operation::offered(context) {
        w.start("ows:Operation").attr("name", operation).start("ows:DCP").start("ows:HTTP");
        w.start("ows:Post").attr("xlink:href", &context.url).end();
        w.end().end().end();
    }
    w.end();
}

fn contents(context: &Context, w: &mut XmlWriter) {
    let options = &context.options;
    let flag = |w: &mut XmlWriter, name: &str, on: bool| {
        w.start(name).attr("supported", if on { "true" } else { "false" }).end();
    };
    w.start("os:Contents");
    flag(w, "os:ProductOrders", true);
    let catalogue = context.collections.current();
    flag(w, "os:SubscriptionOrders", catalogue.takes(OrderKind::Subscription));
    flag(w, "os:ProgrammingOrders", catalogue.takes(OrderKind::Tasking));
    quotation_capabilities(context, w);
    let asynchronous = if context.callbacks.is_some() { "true" } else { "false" };
    w.start("os:SubmitCapabilities").attr("asynchronous", asynchronous);
    w.attr("maxNumberOfProducts", &options.items_max.to_string());
    for name in ["globalDeliveryOptions", "localDeliveryOptions", "globalOrderOptions", "localOrderOptions"] {
        w.attr(name, "true");
    }
    w.end();
    // Checklist OSEO 14 (requirement 6): all three are mandatory.
    w.start("os:GetStatusCapabilities").attr("orderSearch", "true").attr("orderRetrieve", "true").attr("full", "true").end();
    flag(w, "os:DescribeResultAccessCapabilities", true);
    w.start("os:CancelCapabilities").attr("supported", "true").attr("asynchronous", asynchronous).end();
    supported_collections(context, w);
    w.start("os:ContentsType");
    w.leaf("os:supportedEncoding", "XMLEncoding").leaf("os:supportedEncoding", "TextEncoding");
    w.end().end();
}

/// How quotations are given, if they are (§10.2).
fn quotation_capabilities(context: &Context, w: &mut XmlWriter) {
    let mode = context.quotations.as_ref().map(|quotations| quotations.options.mode);
    w.start("os:GetQuotationCapabilities");
    for (name, on) in [
        ("supported", mode.is_some()),
        ("synchronous", mode == Some(Mode::Synchronous)),
        ("asynchronous", mode == Some(Mode::Monitoring) && context.callbacks.is_some()),
        ("monitoring", mode == Some(Mode::Monitoring)),
        ("off-line", false),
    ] {
        w.attr(name, if on { "true" } else { "false" });
    }
    w.end();
}

/// Those with declared options first. Checklist OSEO 19: what a collection does otherwise than the server is said.
fn supported_collections(context: &Context, w: &mut XmlWriter) {
    let catalogue = context.collections.current();
    let subscriptions = catalogue.takes(OrderKind::Subscription);
    let no_subscriptions = |w: &mut XmlWriter, offered: bool| {
        if subscriptions && !offered {
            w.start("os:SubscriptionOrders").attr("supported", "false").end();
        }
    };
    for collection in catalogue.iter() {
        w.start("os:SupportedCollection").leaf("os:collectionId", &collection.id);
        if !collection.product_orders {
            w.start("os:ProductOrders").attr("supported", "false").end();
        }
        no_subscriptions(w, collection.subscriptions);
        w.end();
    }
    for collection in context.options.collections.iter().filter(|id| catalogue.get(id).is_none()) {
        w.start("os:SupportedCollection").leaf("os:collectionId", collection);
        no_subscriptions(w, false);
        w.end();
    }
}
