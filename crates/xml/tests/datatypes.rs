//! The lexical forms of the built-in types, against libxml2, value by value.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod common;

use std::fmt::Write as _;

use ordergate_xml::builtin::{BUILTINS, Builtin};
use ordergate_xml::schema::{DECIMAL, INTEGER, SimpleType};

#[rustfmt::skip]
const VALUES: &[&str] = &[
    "", " ", "a", "A b", " a ", "a:b", ":a", "a:", "a:b:c", "p:a", "-a", "_a", "1a", "a.b-c", "é", "a é", "\t", "a\tb", "a\n",
    "true", "false", "TRUE", "1", "0", " 1 ", "\n0\t", "01", "2",
    "-1", "+1", "-0", "+0", "00", "--1", "+-1", "-", "+", "1 2", "1,000", "0x10", "１",
    ".5", "1.", ".", "-.5", "+1.", "-.", "+.", "1.5", "1..5", "1.5.5", "00.", "00.0", ".0", "1. ", "1.a",
    "127", "128", "-128", "-129", "255", "256", "+255", "-0", "32767", "32768", "-32768", "-32769", "65535", "65536",
    "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "000000000000000000000000000001",
    "123456789012345678901234", "1234567890123456789012345", "123456789012345678901234.", "12345678901234567890123.4",
    "12345678901234567890123.", "12345678901234567890123.45", "0.123456789012345678901234", "0.1234567890123456789012345",
    "0000000000000000000000000000.1", "0.000000000000000000000000", "0.0000000000000000000000000", "-123456789012345678901234",
    "INF", "-INF", "+INF", "NaN", "-NaN", "inf", "nan", "1e5", "1E5", "1e", "1e+", "1e-5", "1e+5", "e5", ".e5", ".5e1", "5.e1", "1e1.5",
    "1e5e5", "1e 5", "-1e5", "+1e5", "1d", "1f", "I", "IN", "INFI", "NaN ", "1e400", "INF1", "NaNa", "-", "-e1",
    "2014-06-24T14:31:45.322658Z", "2014-06-24T14:31:45", "2014-06-24T14:31:45+02:00", "2014-06-24T14:31:45-14:00",
    "2014-06-24T14:31:45+14:00", "2014-06-24T14:31:45+14:01", "2014-06-24T14:31:45+23:59", "2014-06-24T14:31:45+24:00",
    "2014-06-24T14:31:45+2:00", "2014-06-24T14:31:45+0200", "2014-06-24T14:31:45z", "2014-06-24t14:31:45Z",
    "2014-06-24T24:00:00", "2014-06-24T24:00:00.0", "2014-06-24T24:00:01", "2014-06-24T24:01:00", "2014-06-24T24:00:00.1",
    "2014-06-24T25:00:00", "2014-06-24T23:59:59.999999999999999999999999", "2014-06-24T23:59:59.9999999",
    "2014-06-24T23:59:60", "2016-12-31T23:59:60Z", "2014-06-24T23:60:00", "2014-06-24T14:31", "2014-06-24T14", "2014-06-24T",
    "2014-06-24 14:31:45", "2014-06-24T14:31:45.", "2014-06-24T14:31:45.Z", "2014-06-24T14:31:45,5", "2014-06-24T14:31:45.5.5",
    "12014-06-24T14:31:45", "02014-06-24T14:31:45", "99999-12-31T00:00:00Z", "292277024627-12-31T00:00:00Z",
    "9223372036854775807-01-01T00:00:00", "9223372036854775808-01-01T00:00:00", "99999999999999999999-01-01T00:00:00",
    "0000-01-01T00:00:00", "-0001-01-01T00:00:00", "-0000-01-01T00:00:00", "+2014-01-01T00:00:00", "214-01-01T00:00:00", "-214-01-01T00:00:00",
    "2014-13-01T00:00:00", "2014-00-01T00:00:00", "2014-02-29T00:00:00", "2012-02-29T00:00:00", "1900-02-29T00:00:00", "2000-02-29T00:00:00",
    "-0004-02-29T00:00:00", "-0005-02-29T00:00:00", "2014-04-31T00:00:00", "2014-4-1T00:00:00", " 2014-06-24T14:31:45Z ", "2014-06-24T14:31:45 Z",
    "2014-06-24", "2014-06-24Z", "2014-06-24+02:00", "2014-06-24-05:00", "2014-06-24-15:00", "2014-06-24+", "2014-06-31", "2014-02-30", " 2014-06-24 ",
    "2014-06-24ZZ", "20140624", "2014/06/24", "24.06.2014", "12345-01-01", "-2014-06-24", "0000-06-24", "2014-6-24", "2014-06-00", "2014-06-32",
    "2014-06-24T14:31:45Zx", "2014-06-24x", "2014-06-24T1:02:03", "2014-06-24T01:2:03", "2014-06-24T01:02:3",
    "14:31:45", "14:31:45Z", "14:31:45.5+01:00", "24:00:00", "24:00:00Z", "14:31", "4:31:45", "14:31:45-14:00", "14:31:60", "-14:31:45",
    "2014", "2014Z", "2014+02:00", "2014-05:00", "2014-05", "2014-13", "2014-05Z", "2014-05-05:00", "-2014", "-2014-05", "12014", "02014", "214", "0000",
    "2014-05:0", "2014-14:00", "2014-14", "2014-12-14:00",
    "--05-24", "--05-24Z", "--02-29", "--02-30", "--04-31", "--13-01", "--05", "--05Z", "--05--", "--05-05:00", "--05+05:00", "--05-24-05:00", "--5-24",
    "--05-31:00", "--12-01:0",
    "---24", "---24Z", "---31", "---32", "---00", "---1", "---24+02:00", "---24-02:00", "----24",
    "P1Y2M3DT4H5M6.7S", "P1Y", "-P1Y", "P", "PT", "P1", "PT1", "P1YT", "PT1S", "PT1.5S", "PT1.S", "PT.5S", "PT1.5M", "P1.5Y", "P1M1Y", "P1D1Y", "P1H",
    "PT1Y", "PT1H1H", "P-1Y", "+P1Y", "p1y", "1Y", "P1Y ", "P 1Y", "P0Y", "P99999999999999999999Y", "PT5M5H", "P1YT1", "PT1M", "P1M", "PT1H1S", "P1Y2MT", "PTT1S", "P1W",
    "P2147483648Y", "P9223372036854775807D", "PT9223372036854775808S", "PT0.0S", "P1Y1Y",
    "abcd", "abc", "ABCD", "0g", "ab cd", " abcd ", "a", "0F0f",
    "QUJD", "QUI=", "QQ==", "QQ=", "QQ", "QR==", "QUK=", "QUJ=", "Q Q = =", "QU JD", "QUJD QUJD", "Q=Q=", "=", "====", "QQ==QUJD", "Q", "QUJDQ", "a+/9",
    "QUJD\nQUJD", "QU  JD", "QUJD=", "QUJDQUI= ", "QQ= =", "QUI =",
    "en", "EN", "de-CH", "x-klingon", "i-navajo", "toolonglang", "en-", "-en", "en--us", "e", "12", "en-1", "en-toolongsub", "de-1996", "a1", "en_US", "abcdefgh", "abcdefgh-abcdefgh", "sl-rozaj", "de-DE-u-co-phonebk",
    "http://example.org/", "http://example.org:80/a?b=c#d", "http://example.org:/", "http://example.org:a/", "http://example.org:123456789/", "http://user:pw@host/",
    "http://u@v@w/", "http://[::1]/", "http://[::1/", "http://[xyz]/", "http://1.2.3.4/", "http://1.2.3.4x/", "http://1.2.3.456/", "http://1.2.3/", "http://256.1.1.1/", "http://01.2.3.4/", "http://1.2.3.4:8/",
    "http:///path", "http://", "http:", "http", "://", ":", "//host/path", "//", "///", "////", "/", "/a//b", "a//b", "a/b:c", "a:b/c", "1:b", "a b", "a%20b", "a%2", "a%zz", "%", "%41",
    "a?b?c", "a#b#c", "#", "?", "a#[b]", "a?[b]", "a[b]", "[", "]", "a{b}", "a|b", "a\\b", "a^b", "a`b", "a<b", "a>b", "a\"b", "urn:x:é", "é:b", "日本", "a\u{7f}b", "a'b", "a(b)", "a!b", "a*b", "a;b", "a,b", "a~b", "a@b", "@", "a=b", "a&b", "a$b",
    "mailto:a@b.c", "urn:ogc:def", "file:///c:/x", "file://c:/x", "C:\\x\\y", "http://ex ample/", "http://é/", "http://a%41b/", "http://a%4/", "http:/a", "http:a", "http:?a", "http:#a", "http://?a", "http://#a", "http://a?b/c", "http://a\\b/", "http://a|b/", "-a:b", "+a:b", "a+b-c.d:e", "a_b:c", "./a:b", "../x", ".", "..", "a:/\u{20AC}",
    "http://[a]b/", "a  b", "a b ",
    "http://user:pw:x@host/", "http://user@/", "http://@host/", "http://a:80:90/", "http:////a", "x://a//b", "http://1.2.3.4.5/", "http://1.2.3.4@h/", "//a:b", "//a:1", "/a:b", "a:b:c", "?a:b", "#a:b", "a/:", "x:[", "x:a]", "x:?[", "x:#[", "x://[]", "x://[]:1/y", "x://[a]b",
    "P768614336404564650Y", "P768614336404564651Y", "P768614336404564650Y7M", "P768614336404564650Y8M", "P9223372036854775807DT24H",
    "P9223372036854775806DT25H", "PT9223372036854775807S", "P1Y2MT3S4", "P1YT1H", "P1T1H", "PTP1H", "P1DT", "PT1H2S",
    "PT.S", "PT1.S", "P1.Y", "P.Y", "PT.", "PT5.M", "PT1.0M", "P1Y2D", "P1D2H", "P1DT2H", "PT2M3.4S", "P1Y-", "PT-1S", "PY", "PTS", "P1YT.S",
    " NaN", "INF ", " INF", "1.5 ", " 1.5", " 14:31:45Z", "14:31:45Z ", "2014-06-24 ", " 2014-06-24", "2014-06-24Z ", " 2014-06-24T14:31:45", "2014-06-24T14:31:45 ",
    "2014-06-24T14:31:45Z ", "2014-06-24T14:31:45+01:00 ", " --05", "--05 ", " ---05", "---05Z ", " --05-24", "--05-24 ", " 2014", "2014 ", "2014-05 ", " P1Y", "P1Y ", " true", " http://a ",
    " p:a", "p:a ", " a", " -5", "-5 ", " +5 ",
    "\u{132}", "a\u{b7}", "\u{b7}a", "日本語:x", "xml:a", "xs:b", "a b c", " p:a ", "p :a",
];

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '"' | '\t' | '\n' => write!(escaped, "&#{};", u32::from(c)).unwrap(),
            c => escaped.push(c),
        }
    }
    escaped
}

/// libxml2 2.9 has names as in the fourth edition of XML, and nothing that is in none of its tables.
fn fourth_edition_differs(value: &str) -> bool {
    value.contains(['\u{132}', '１'])
}

#[test]
fn built_in_types_accept_what_libxml2_accepts() {
    if !common::have_xmllint("built_in_types") {
        return;
    }
    let dir = common::workspace("datatypes");
    let (schema, instance) = (dir.join("types.xsd"), dir.join("values.xml"));
    let mut xsd = String::from(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='all'><xs:complexType><xs:choice maxOccurs='unbounded'>",
    );
    // The values of ID would have to differ.
    let types: Vec<_> = BUILTINS.iter().filter(|ty| ty.builtin != Builtin::Id).collect();
    for ty in &types {
        let name = ty.name.unwrap();
        write!(xsd, "<xs:element name='{name}' type='xs:{name}'/>").unwrap();
    }
    xsd.push_str("</xs:choice></xs:complexType></xs:element></xs:schema>");
    std::fs::write(&schema, xsd).unwrap();
    let mut wrong = Vec::new();
    for ty in types {
        let name = ty.name.unwrap();
        let mut xml = String::from("<all xmlns:p='urn:p'>");
        for value in VALUES {
            write!(xml, "\n<{name}>{}</{name}>", escape(value)).unwrap();
        }
        xml.push_str("</all>");
        std::fs::write(&instance, xml).unwrap();
        let bad = common::bad_lines(&schema, &instance);
        for (at, value) in VALUES.iter().enumerate() {
            let accepted = !bad.contains(&(at + 2));
            // Unknown prefixes of QNames are seen with a document only.
            let unbound = ty.builtin == Builtin::QName
                && value.trim().split_once(':').is_some_and(|(prefix, _)| !matches!(prefix, "p" | "xml"));
            if !unbound && !fourth_edition_differs(value) && ty.check(value).is_ok() != accepted {
                wrong.push(format!("{name} {value:?}: libxml2 {accepted}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Zeros at either end do not count.
#[test]
fn digits() {
    static FRACTION: SimpleType = SimpleType::of(&DECIMAL).fraction_digits(4);
    static TOTAL: SimpleType = SimpleType::of(&INTEGER).total_digits(6);
    let takes = |ty: &SimpleType, texts: &[&str]| texts.iter().filter(|text| ty.check(text).is_ok()).count();
    let fits = ["1", "1.2345", "1.2345000", ".0000000", "-1.00000", "1.", " 1.5 "];
    assert_eq!((takes(&FRACTION, &fits), takes(&FRACTION, &["1.23456", "0.00001", "-.00010001"])), (fits.len(), 0));
    let fits = ["123456", "000123456", "-123456", "+123456", "0", " 12 "];
    assert_eq!((takes(&TOTAL, &fits), takes(&TOTAL, &["1234567", "-1234560"])), (fits.len(), 0));
}
