//! The part of OWS Common 2.0 (06-121r9) that OSEO's capabilities and exceptions stand on.

use ordergate_xml::schema::{
    ANY_URI, AnyNamespace, Attribute, ComplexType, Element, LANGUAGE as XS_LANGUAGE, Particle, STRING, SimpleType, Term, Type,
    UNBOUNDED, choice, element, many, one, optional, some,
};

use super::{complex, simple};

/// The OWS Common namespace.
pub const OWS: &str = "http://www.opengis.net/ows/2.0";
/// XLink, whose attributes name URLs.
pub const XLINK: &str = "http://www.w3.org/1999/xlink";
/// The namespace of `xml:lang`.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// `xml:lang`, which occurs in answers only. As a declared attribute it would make the published
/// schema import the XML namespace, which toolkits fetch from the network.
const XML_ATTRIBUTES: AnyNamespace = AnyNamespace::OneOf(&[XML]);

const fn ows(name: &'static str, ty: Type) -> Element {
    element(OWS, name, ty)
}

/// Digits, and two groups of one or two digits: `1.0.0`.
fn is_version(text: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split('.');
    let (Some(major), Some(minor), Some(patch), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    digits(major) && [minor, patch].iter().all(|p| digits(p) && p.len() <= 2)
}

/// A media type. The published pattern lets anything follow the slash, so only the start matters.
fn is_mime_type(text: &str) -> bool {
    const TOP: [&str; 8] = ["application", "audio", "image", "text", "video", "message", "multipart", "model"];
    let single_line = !text.contains(['\n', '\r']);
    single_line && text.split_once('/').is_some_and(|(top, rest)| TOP.contains(&top) && !rest.is_empty())
}

pub static VERSION_TYPE: SimpleType = SimpleType::named(OWS, "VersionType", &STRING).pattern(r"\d+\.\d?\d\.\d?\d", is_version);
pub static MIME_TYPE: SimpleType = SimpleType::named(OWS, "MimeType", &STRING)
    .pattern(r"(application|audio|image|text|video|message|multipart|model)/.+(;\s*.+=.+)*", is_mime_type);
pub static SERVICE_TYPE: SimpleType = SimpleType::named(OWS, "ServiceType", &STRING);
pub static UPDATE_SEQUENCE_TYPE: SimpleType = SimpleType::named(OWS, "UpdateSequenceType", &STRING);

pub static GET_CAPABILITIES: Element = ows("GetCapabilities", complex(&GET_CAPABILITIES_TYPE));
pub static GET_CAPABILITIES_TYPE: ComplexType = ComplexType::named(OWS, "GetCapabilitiesType")
    .content(&[
        optional(&ows("AcceptVersions", complex(&ACCEPT_VERSIONS_TYPE))),
        optional(&ows("Sections", complex(&SECTIONS_TYPE))),
        optional(&ows("AcceptFormats", complex(&ACCEPT_FORMATS_TYPE))),
        optional(&ows("AcceptLanguages", complex(&LANGUAGES))),
    ])
    .attributes(&[Attribute::optional("updateSequence", &UPDATE_SEQUENCE_TYPE)]);

pub static ACCEPT_VERSIONS_TYPE: ComplexType =
    ComplexType::named(OWS, "AcceptVersionsType").content(&[some(&ows("Version", simple(&VERSION_TYPE)))]);
pub static SECTIONS_TYPE: ComplexType =
    ComplexType::named(OWS, "SectionsType").content(&[many(&ows("Section", simple(&STRING)))]);
pub static ACCEPT_FORMATS_TYPE: ComplexType =
    ComplexType::named(OWS, "AcceptFormatsType").content(&[many(&ows("OutputFormat", simple(&MIME_TYPE)))]);
static LANGUAGES: ComplexType = ComplexType::anonymous().content(&[some(&LANGUAGE)]);
pub static LANGUAGE: Element = ows("Language", simple(&XS_LANGUAGE));

pub static CAPABILITIES_BASE_TYPE: ComplexType = ComplexType::named(OWS, "CapabilitiesBaseType")
    .content(&[
        optional(&SERVICE_IDENTIFICATION),
        optional(&SERVICE_PROVIDER),
        optional(&OPERATIONS_METADATA),
        optional(&ows("Languages", complex(&LANGUAGES))),
    ])
    .attributes(&[Attribute::required("version", &VERSION_TYPE), Attribute::optional("updateSequence", &UPDATE_SEQUENCE_TYPE)]);

pub static LANGUAGE_STRING_TYPE: ComplexType =
    ComplexType::named(OWS, "LanguageStringType").text(&STRING).any_attribute(XML_ATTRIBUTES);
pub static CODE_TYPE: ComplexType =
    ComplexType::named(OWS, "CodeType").text(&STRING).attributes(&[Attribute::optional("codeSpace", &ANY_URI)]);
pub static TITLE: Element = ows("Title", complex(&LANGUAGE_STRING_TYPE));
pub static ABSTRACT: Element = ows("Abstract", complex(&LANGUAGE_STRING_TYPE));
pub static KEYWORDS: Element = ows("Keywords", complex(&KEYWORDS_TYPE));
pub static KEYWORDS_TYPE: ComplexType = ComplexType::named(OWS, "KeywordsType")
    .content(&[some(&ows("Keyword", complex(&LANGUAGE_STRING_TYPE))), optional(&ows("Type", complex(&CODE_TYPE)))]);
pub static DESCRIPTION_TYPE: ComplexType =
    ComplexType::named(OWS, "DescriptionType").content(&[many(&TITLE), many(&ABSTRACT), many(&KEYWORDS)]);

pub static SERVICE_IDENTIFICATION: Element = ows("ServiceIdentification", complex(&SERVICE_IDENTIFICATION_TYPE));
static SERVICE_IDENTIFICATION_TYPE: ComplexType = ComplexType::anonymous().extends(&DESCRIPTION_TYPE).content(&[
    one(&ows("ServiceType", complex(&CODE_TYPE))),
    some(&ows("ServiceTypeVersion", simple(&VERSION_TYPE))),
    many(&ows("Profile", simple(&ANY_URI))),
    optional(&FEES),
    many(&ACCESS_CONSTRAINTS),
]);
pub static FEES: Element = ows("Fees", simple(&STRING));
pub static ACCESS_CONSTRAINTS: Element = ows("AccessConstraints", simple(&STRING));

pub static SERVICE_PROVIDER: Element = ows("ServiceProvider", complex(&SERVICE_PROVIDER_TYPE));
static SERVICE_PROVIDER_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&ows("ProviderName", simple(&STRING))),
    optional(&ows("ProviderSite", complex(&ONLINE_RESOURCE_TYPE))),
    one(&ows("ServiceContact", complex(&RESPONSIBLE_PARTY_SUBSET_TYPE))),
]);
pub static RESPONSIBLE_PARTY_SUBSET_TYPE: ComplexType = ComplexType::named(OWS, "ResponsiblePartySubsetType").content(&[
    optional(&INDIVIDUAL_NAME),
    optional(&POSITION_NAME),
    optional(&CONTACT_INFO),
    optional(&ROLE),
]);
pub static INDIVIDUAL_NAME: Element = ows("IndividualName", simple(&STRING));
pub static POSITION_NAME: Element = ows("PositionName", simple(&STRING));
pub static ROLE: Element = ows("Role", complex(&CODE_TYPE));
pub static CONTACT_INFO: Element = ows("ContactInfo", complex(&CONTACT_TYPE));
pub static CONTACT_TYPE: ComplexType = ComplexType::named(OWS, "ContactType").content(&[
    optional(&ows("Phone", complex(&TELEPHONE_TYPE))),
    optional(&ows("Address", complex(&ADDRESS_TYPE))),
    optional(&ows("OnlineResource", complex(&ONLINE_RESOURCE_TYPE))),
    optional(&ows("HoursOfService", simple(&STRING))),
    optional(&ows("ContactInstructions", simple(&STRING))),
]);
pub static TELEPHONE_TYPE: ComplexType = ComplexType::named(OWS, "TelephoneType")
    .content(&[many(&ows("Voice", simple(&STRING))), many(&ows("Facsimile", simple(&STRING)))]);
pub static ADDRESS_TYPE: ComplexType = ComplexType::named(OWS, "AddressType").content(&[
    many(&ows("DeliveryPoint", simple(&STRING))),
    optional(&ows("City", simple(&STRING))),
    optional(&ows("AdministrativeArea", simple(&STRING))),
    optional(&ows("PostalCode", simple(&STRING))),
    optional(&ows("Country", simple(&STRING))),
    many(&ows("ElectronicMailAddress", simple(&STRING))),
]);
pub static ONLINE_RESOURCE_TYPE: ComplexType =
    ComplexType::named(OWS, "OnlineResourceType").any_attribute(AnyNamespace::OneOf(&[XLINK]));

pub static OPERATIONS_METADATA: Element = ows("OperationsMetadata", complex(&OPERATIONS_METADATA_TYPE));
static OPERATIONS_METADATA_TYPE: ComplexType = ComplexType::anonymous().content(&[one(&OPERATION).occurs(2, UNBOUNDED)]);
pub static OPERATION: Element = ows("Operation", complex(&OPERATION_TYPE));
static OPERATION_TYPE: ComplexType =
    ComplexType::anonymous().content(&[some(&DCP)]).attributes(&[Attribute::required("name", &STRING)]);
pub static DCP: Element = ows("DCP", complex(&DCP_TYPE));
static DCP_TYPE: ComplexType = ComplexType::anonymous().content(&[choice(&[one(&HTTP)])]);
pub static HTTP: Element = ows("HTTP", complex(&HTTP_TYPE));
static HTTP_TYPE: ComplexType = ComplexType::anonymous().content(&[Particle {
    term: Term::Choice(&[one(&ows("Get", complex(&REQUEST_METHOD_TYPE))), one(&ows("Post", complex(&REQUEST_METHOD_TYPE)))]),
    min: 1,
    max: UNBOUNDED,
}]);
pub static REQUEST_METHOD_TYPE: ComplexType = ComplexType::named(OWS, "RequestMethodType").extends(&ONLINE_RESOURCE_TYPE);

pub static EXCEPTION_REPORT: Element = ows("ExceptionReport", complex(&EXCEPTION_REPORT_TYPE));
static EXCEPTION_REPORT_TYPE: ComplexType = ComplexType::anonymous()
    .content(&[some(&EXCEPTION)])
    .attributes(&[Attribute::required("version", &VERSION_TYPE)])
    .any_attribute(XML_ATTRIBUTES);
pub static EXCEPTION: Element = ows("Exception", complex(&EXCEPTION_TYPE));
pub static EXCEPTION_TYPE: ComplexType = ComplexType::named(OWS, "ExceptionType")
    .content(&[many(&ows("ExceptionText", simple(&STRING)))])
    .attributes(&[Attribute::required("exceptionCode", &STRING), Attribute::optional("locator", &STRING)]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_media_types() {
        assert!(["1.0.0", "12.34.5", "1.00.10"].iter().all(|v| is_version(v)));
        assert!(["", "1", "1.0", "1.0.0.0", "1.000.0", "1.0.", "?", "a.b.c"].iter().all(|v| !is_version(v)));
        assert!(["text/xml", "application/soap+xml; charset=utf-8"].iter().all(|v| is_mime_type(v)));
        assert!(["text/", "xml", "font/woff", ""].iter().all(|v| !is_mime_type(v)));
    }
}
