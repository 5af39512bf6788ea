//! The service description: a WSDL of our own, with the schema it needs printed from the same tables
//! that requests are checked with.

use std::fmt::Write as _;

use ordergate_xml::xsd;

use crate::operation::Offered;
use crate::schema::{OS, SCHEMA, ows, swe};

/// What a client implements that wants to be called: it has bindings, but no service, for where it is only the client knows.
const CLIENT: &str = "OSEO_AsyncClient";
const CALLBACKS: [Offered; 3] = [
    ("GetQuotationResponse", "GetQuotationResponseAck"),
    ("SubmitResponse", "SubmitResponseAck"),
    ("CancelResponse", "CancelResponseAck"),
];

/// The WSDL 1.1 document for a service with these operations at this URL, with a SOAP 1.1 and a SOAP 1.2 port.
pub(crate) fn document(url: &str, offered: &[Offered]) -> String {
    let mut out = String::with_capacity(48 * 1024);
    out.push_str(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<wsdl:definitions name=\"OSEO\" targetNamespace=\"http://www.opengis.net/oseo/1.0\"",
        " xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\"",
        " xmlns:soap12=\"http://schemas.xmlsoap.org/wsdl/soap12/\" xmlns:os=\"http://www.opengis.net/oseo/1.0\"",
        " xmlns:ows=\"http://www.opengis.net/ows/2.0\">\n<wsdl:types>\n"
    ));
    out.push_str(body(&xsd::print(&SCHEMA, ows::OWS, &[])));
    out.push_str(body(&xsd::print(&swe::SCHEMA, swe::SWE, &[])));
    out.push_str(body(&xsd::print(&SCHEMA, OS, &[("ows", ows::OWS, ""), ("swe", swe::SWE, "")])));
    out.push_str("</wsdl:types>\n");
    messages(&mut out, offered);
    messages(&mut out, &CALLBACKS);
    out.push_str("<wsdl:message name=\"ServiceExceptionReport\"><wsdl:part name=\"report\" element=\"ows:ExceptionReport\"/></wsdl:message>\n");
    for (name, operations) in [("OSEO", offered), (CLIENT, &CALLBACKS[..])] {
        port_type(&mut out, operations, name);
        binding(&mut out, operations, name, "Soap11", "soap");
        binding(&mut out, operations, name, "Soap12", "soap12");
    }
    service(&mut out, url);
    out.push_str("</wsdl:definitions>\n");
    out
}

/// A schema document without its XML declaration.
fn body(xsd: &str) -> &str {
    xsd.find("?>").map_or(xsd, |end| xsd[end + 2..].trim_start())
}

fn messages(out: &mut String, offered: &[Offered]) {
    for (operation, response) in offered {
        let _ = writeln!(
            out,
            "<wsdl:message name=\"{operation}Request\"><wsdl:part name=\"body\" element=\"os:{operation}\"/></wsdl:message>"
        );
        let _ = writeln!(
            out,
            "<wsdl:message name=\"{operation}Response\"><wsdl:part name=\"body\" element=\"os:{response}\"/></wsdl:message>"
        );
    }
}

fn port_type(out: &mut String, offered: &[Offered], name: &str) {
    let _ = writeln!(out, "<wsdl:portType name=\"{name}\">");
    for (operation, ..) in offered {
        let _ = writeln!(
            out,
            "<wsdl:operation name=\"{operation}\"><wsdl:input message=\"os:{operation}Request\"/>\
             <wsdl:output message=\"os:{operation}Response\"/>\
             <wsdl:fault name=\"ServiceExceptionReport\" message=\"os:ServiceExceptionReport\"/></wsdl:operation>"
        );
    }
    out.push_str("</wsdl:portType>\n");
}

/// Document/literal; the soapAction is the bare operation name (checklist OSEO 4).
fn binding(out: &mut String, offered: &[Offered], name: &str, version: &str, soap: &str) {
    let _ = writeln!(
        out,
        "<wsdl:binding name=\"{name}_{version}\" type=\"os:{name}\">\
         <{soap}:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>"
    );
    for (operation, ..) in offered {
        let _ = writeln!(
            out,
            "<wsdl:operation name=\"{operation}\"><{soap}:operation soapAction=\"{operation}\"/>\
             <wsdl:input><{soap}:body use=\"literal\"/></wsdl:input><wsdl:output><{soap}:body use=\"literal\"/></wsdl:output>\
             <wsdl:fault name=\"ServiceExceptionReport\"><{soap}:fault name=\"ServiceExceptionReport\" use=\"literal\"/></wsdl:fault>\
             </wsdl:operation>"
        );
    }
    out.push_str("</wsdl:binding>\n");
}

fn service(out: &mut String, url: &str) {
    let mut address = String::new();
    for c in url.chars() {
        match c {
            '&' => address.push_str("&amp;"),
            '<' => address.push_str("&lt;"),
            '"' => address.push_str("&quot;"),
            c => address.push(c),
        }
    }
    let _ = writeln!(
        out,
        "<wsdl:service name=\"OSEO\">\
         <wsdl:port name=\"OSEO_Soap11\" binding=\"os:OSEO_Soap11\"><soap:address location=\"{address}\"/></wsdl:port>\
         <wsdl:port name=\"OSEO_Soap12\" binding=\"os:OSEO_Soap12\"><soap12:address location=\"{address}\"/></wsdl:port></wsdl:service>"
    );
}
