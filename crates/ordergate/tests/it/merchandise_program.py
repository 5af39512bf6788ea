"""A retailer's merchandise program, as a customer's engineer would write it from the standard alone: it reads the profile, searches
the catalogue, looks at availability, orders, and asks what became of it. By the standard library; prints one line for each step.

    python3 merchandise_program.py http://127.0.0.1:8080/veloconnect K4711 geheim
"""
import sys
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

URL, BUYER, PASSWORD = sys.argv[1:4]
VCT = "urn:veloconnect:transaction-1.0"
ORDER = "urn:veloconnect:order-1.1"
CATALOG = "urn:veloconnect:catalog-1.1"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:Common"
CAC, CBC = UBL + "AggregateComponents-1.0", UBL + "BasicComponents-1.0"


def answer_of(request):
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200, response.status
        body = response.read()
    assert body.startswith(b"<?xml"), body[:60]
    return ET.fromstring(body)


def by_url(name, **parameters):
    """URL binding, by GET."""
    pairs = [("RequestName", name + "Request"), ("BuyersID", BUYER), ("Password", PASSWORD), *parameters.items()]
    return answer_of(URL + "?" + urllib.parse.urlencode(pairs))


def by_xml(namespace, name, content):
    """XML-POST."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><r:{name}Request xmlns:r="{namespace}" xmlns:t="{VCT}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">'
        f"<t:BuyersID>{escape(BUYER)}</t:BuyersID><t:Credential><t:Password>{escape(PASSWORD)}</t:Password></t:Credential>{content}"
        f"</r:{name}Request>"
    )
    headers = {"Content-Type": "application/xml"}
    return answer_of(urllib.request.Request(URL, document.encode(), headers))


def texts(answer, *path):
    return [e.text for e in answer.iterfind(".//" + "/".join("{*}" + name for name in path))]


def text(answer, *path):
    return next(iter(texts(answer, *path)), None)


def done(answer, code="200"):
    found = texts(answer, "ResponseCode")
    assert found == [code], (found, text(answer, "ResponseMessage"))
    return answer


def lines(*wanted):
    """Order lines: number, quantity, unit."""
    return "".join(
        f"<r:OrderRequestLine><cac:SellersItemIdentification><cac:ID>{escape(number)}</cac:ID></cac:SellersItemIdentification>"
        f'<cbc:Quantity quantityUnitCode="{unit}">{quantity}</cbc:Quantity></r:OrderRequestLine>'
        for number, quantity, unit in wanted
    )


def transaction(number):
    return f"<t:TransactionID>{number}</t:TransactionID>"


def search(words):
    """All articles that are found, page by page, by what each answer says it gave."""
    found = done(by_xml(CATALOG, "CreateTextSearch", f"<r:SearchString>{escape(words)}</r:SearchString>"))
    total, key, articles = int(text(found, "TotalCount")), text(found, "TransactionID"), []
    while len(articles) < total:
        page = by_xml(
            CATALOG,
            "SearchResult",
            f"{transaction(key)}<r:StartIndex>{len(articles)}</r:StartIndex><r:Count>20</r:Count><r:ResultFormat>ITEM_DETAIL</r:ResultFormat>",
        )
        given = done(page).findall(".//{*}ItemDetail")
        assert len(given) == int(text(page, "Count")) > 0
        articles += given
    state = text(done(by_url("GetStatus", TransactionID=key)), "TransactionStatus", "StatusCode")
    assert state == "100", state
    return articles


profile = done(by_url("GetProfile"))
assert profile.tag == "{urn:veloconnect:profile-1.1}GetProfileResponse", profile.tag
offered = {(o.findtext("{*}Transaction") or o.findtext("{*}Operation"), o.findtext("{*}Binding")) for o in profile.findall(".//{*}Implements")}
for needed in ["Order", "TextSearch", "GetItemDetails", "GetItemDetailsList", "GetStatus"]:
    assert any(name == needed for name, _ in offered), needed
print("profile:", text(profile, "SellerName"))

spokes = search("speiche")
numbers = [a.findtext(".//{*}SellersItemIdentification/{*}ID") for a in spokes]
assert "100-SP263" in numbers, numbers
whole = search("")
assert len(whole) > len(spokes), (len(whole), len(spokes))
print("catalogue:", len(whole), "articles, of which are spokes", len(spokes))
schemes = done(by_url("GetClassificationScheme", version="1.6"))
print("classification:", ", ".join(texts(schemes, "ClassificationScheme", "ClassificationSchemeID")))

details = done(by_url("GetItemDetails", SellersItemIdentification="100-SP263"))
unit = details.find(".//{*}BasePrice/{*}BaseQuantity").get("quantityUnitCode")
print("availability:", text(details, "Availability", "Code"), "in", unit)

order = done(by_xml(ORDER, "CreateOrder", lines(("100-SP263", 10, unit), ("ALT-1", 1, "EA"), ("NIX-9", 1, "EA"))))
key = text(order, "TransactionID")
assert texts(order, "RequestReplacement", "ItemReplacement", "ID") == ["100-SP263"]
assert texts(order, "ItemUnknown", "SellersItemIdentification", "ID") == ["NIX-9"]
done(by_xml(ORDER, "UpdateOrder", transaction(key) + lines(("100-SP265", 2, unit))))
order = done(by_xml(ORDER, "UpdateOrder", transaction(key) + lines(("100-SP265", 0, unit))))
assert len(order.findall("{*}OrderResponseLine")) == 1
assert text(done(by_url("GetStatus", TransactionID=key)), "TransactionStatus", "StatusCode") == "2"

mistake = text(done(by_xml(ORDER, "CreateOrder", lines(("100-SP263", 1, unit)))), "TransactionID")
done(by_xml(VCT, "Rollback", transaction(mistake)))
done(by_url("GetStatus", TransactionID=mistake), "420")

final = done(by_xml(ORDER, "FinishOrder", transaction(key)))
number = text(final, "OrderHeader", "OrderID")
again = done(by_xml(ORDER, "FinishOrder", transaction(key)), "430")
assert text(again, "OrderHeader", "OrderID") == number
assert text(done(by_url("GetStatus", TransactionID=key)), "TransactionStatus", "StatusCode") == "100"
assert len(done(by_xml(ORDER, "ViewOrder", transaction(key))).findall("{*}OrderResponseLine")) == 1
print("ordered:", number, "for", text(final, "UnitPrice"), "a", unit)

confirmed = done(by_url("OrderConfirmationQuery", OrderID=number, version="1.6"))
print("confirmations:", len(confirmed.findall("{*}OrderConfirmationHeader")))
