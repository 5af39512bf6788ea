//! How and where to deliver (06-141r6 §7.3.8, §7.3.9).

use ordergate_xml::schema::{ComplexType, Element, INT, STRING, SimpleType, choice, many, one, optional};

use super::{OS, complex, os, simple};

pub static PROTOCOL_TYPE: SimpleType = SimpleType::named(OS, "ProtocolType", &STRING)
    .one_of(&["ftp", "ftps", "sftp", "P2P", "wcs", "wms", "e-mail", "dds", "http", "https"]);

pub static PACKAGE_MEDIUM: SimpleType = SimpleType::named(OS, "PackageMedium", &STRING)
    .one_of(&["NTP", "DAT", "Exabyte", "CD-ROM", "DLT", "D1", "DVD", "BD", "LTO", "LTO2", "LTO4"]);

pub static ENUM_PACKAGING_TYPE: SimpleType = SimpleType::named(OS, "EnumPackagingType", &STRING)
    .one_of(&["zip", "tar", "tgz", "compress", "bzip", "bzip2", "gzip", "rar", "7z"]);

pub static PROTOCOL: Element = os("protocol", simple(&PROTOCOL_TYPE));
pub static DELIVERY_OPTIONS: Element = os("deliveryOptions", complex(&DELIVERY_OPTIONS_TYPE));

/// The server offers URLs, the server pushes to the client's address, or a medium is sent.
pub static DELIVERY_OPTIONS_TYPE: ComplexType = ComplexType::named(OS, "DeliveryOptionsType").content(&[
    choice(&[
        one(&os("onlineDataAccess", complex(&BY_PROTOCOL))),
        one(&os("onlineDataDelivery", complex(&BY_PROTOCOL))),
        one(&os("mediaDelivery", complex(&ON_MEDIUM))),
    ]),
    optional(&os("numberOfCopies", simple(&INT))),
    optional(&os("productAnnotation", simple(&UP_TO_4000))),
    optional(&os("specialInstructions", simple(&UP_TO_4000))),
]);

static BY_PROTOCOL: ComplexType = ComplexType::anonymous().content(&[one(&PROTOCOL)]);

static ON_MEDIUM: ComplexType = ComplexType::anonymous().content(&[
    one(&os("packageMedium", simple(&PACKAGE_MEDIUM))),
    optional(&os("shippingInstructions", simple(&SHIPPING_INSTRUCTIONS))),
]);

static SHIPPING_INSTRUCTIONS: SimpleType =
    SimpleType::of(&STRING).one_of(&["as each product is ready", "once all products are ready", "other"]);

pub static DELIVERY_INFORMATION_TYPE: ComplexType = ComplexType::named(OS, "DeliveryInformationType").content(&[
    many(&os("onlineAddress", complex(&ONLINE_ADDRESS_TYPE))),
    optional(&os("mailAddress", complex(&DELIVERY_ADDRESS_TYPE))),
]);

pub static ONLINE_ADDRESS_TYPE: ComplexType = ComplexType::named(OS, "OnlineAddressType").content(&[
    one(&PROTOCOL),
    one(&os("serverAddress", simple(&SimpleType::of(&STRING).length(0, 255)))),
    optional(&os("userName", simple(&SimpleType::of(&STRING).length(0, 8)))),
    optional(&os("userPassword", simple(&SimpleType::of(&STRING).length(0, 20)))),
    optional(&os("path", simple(&SimpleType::of(&STRING).length(0, 1024)))),
]);

pub static DELIVERY_ADDRESS_TYPE: ComplexType = ComplexType::named(OS, "DeliveryAddressType").content(&[
    optional(&os("firstName", simple(&FROM_1_TO_40))),
    optional(&os("lastName", simple(&FROM_1_TO_40))),
    optional(&os("companyRef", simple(&FROM_1_TO_40))),
    optional(&os("postalAddress", complex(&POSTAL_ADDRESS))),
    optional(&os("telephoneNumber", simple(&FROM_1_TO_18))),
    optional(&os("facsimileTelephoneNumber", simple(&FROM_1_TO_18))),
]);

static POSTAL_ADDRESS: ComplexType = ComplexType::anonymous().content(&[
    one(&os("streetAddress", simple(&UP_TO_40))),
    one(&os("city", simple(&UP_TO_40))),
    one(&os("state", simple(&UP_TO_40))),
    one(&os("postalCode", simple(&UP_TO_12))),
    one(&os("country", simple(&UP_TO_40))),
    optional(&os("postBox", simple(&UP_TO_12))),
]);

static UP_TO_12: SimpleType = SimpleType::of(&STRING).length(0, 12);
static UP_TO_40: SimpleType = SimpleType::of(&STRING).length(0, 40);
static UP_TO_4000: SimpleType = SimpleType::of(&STRING).length(0, 4000);
static FROM_1_TO_18: SimpleType = SimpleType::of(&STRING).length(1, 18);
static FROM_1_TO_40: SimpleType = SimpleType::of(&STRING).length(1, 40);
