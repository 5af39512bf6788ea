"""A client made by zeep from the service description alone. Arguments: the URLs of the WSDL of a server, and of one
with collections."""

import sys

from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken


class OnlyTheServer(Transport):
    """Nothing may be loaded from elsewhere."""

    def load(self, url):
        if url not in sys.argv[1:]:
            raise SystemExit(f"the description needs {url}")
        return super().load(url)


def order(client, reference, item_ids):
    """The content of an order; toolkits make objects of it."""
    specification = {
        "orderReference": reference,
        "option": [{"ParameterData": {"encoding": "TextEncoding", "values": "1B,PNG"}}],
        "deliveryOptions": {"onlineDataAccess": {"protocol": "https"}},
        "priority": "FAST_TRACK",
        "orderType": "PRODUCT_ORDER",
        "orderItem": [{"itemId": i, "productId": {"identifier": f"urn:scene:{i}"}} for i in item_ids],
    }
    service = "OS"
    return client.Submit(
        service=service, version="1.0.0", orderSpecification=specification, statusNotification="None"
    )


def fault_of(call):
    try:
        call()
    except Fault as fault:
        code = fault.code.split(":")[-1]
        exception = fault.detail.find(".//{http://www.opengis.net/ows/2.0}Exception")
        return f"{code} {exception.get('exceptionCode')} @ {exception.get('locator')}: {fault.message}"
    raise SystemExit("no fault")


def main():
    for digest in (False, True):
        token = UsernameToken("demo", "demo-secret", use_digest=digest)
        client = Client(sys.argv[1], wsse=token, transport=OnlyTheServer())
        for port in ("OSEO_Soap11", "OSEO_Soap12"):
            service = client.bind("OSEO", port)
            print(f"## {port}, {'digest' if digest else 'password'}")
            reference = f"zeep {port} {digest}"
            ack = order(service, reference, ["a", "b"])
            print("Submit:", ack.status, ack.orderReference)
            base = {"service": "OS", "version": "1.0.0"}
            full = service.GetStatus(orderId=ack.orderId, presentation="full", **base)
            found = full.orderMonitorSpecification[0]
            assert found.orderId == ack.orderId and found.orderDateTime.tzinfo is not None
            items = [(i.itemId, i.productId.identifier, i.orderItemStatusInfo.status) for i in found.orderItem]
            print("GetStatus:", full.status, found.orderReference, found.orderStatusInfo.status, found.priority, items)
            criteria = {"lastUpdate": found.orderDateTime, "orderStatus": ["Submitted"], "orderReference": reference}
            hits = service.GetStatus(filteringCriteria=criteria, presentation="brief", **base)
            print("search:", hits.status, [o.orderId == ack.orderId for o in hits.orderMonitorSpecification])
            capabilities = service.GetCapabilities(service="OS")
            print("GetCapabilities:", [o.name for o in capabilities.OperationsMetadata.Operation])
            ready = service.DescribeResultAccess(orderId=ack.orderId, subFunction="allReady", **base)
            print("DescribeResultAccess:", ready.status, ready.URLs)
            cancelled = service.Cancel(orderId=ack.orderId, statusNotification="None", **base)
            after = service.GetStatus(orderId=ack.orderId, presentation="brief", **base)
            print("Cancel:", cancelled.status, after.orderMonitorSpecification[0].orderStatusInfo.status)
            print("fault:", fault_of(lambda: service.GetStatus(orderId="0", presentation="full", **base)))
    options_of_a_collection()


def options_of_a_collection():
    token = UsernameToken("demo", "demo-secret")
    service = Client(sys.argv[2], wsse=token, transport=OnlyTheServer()).bind("OSEO", "OSEO_Soap12")
    answer = service.GetOptions(service="OS", version="1.0.0", collectionId="urn:c:scenes")
    print("## GetOptions:", answer.status)
    for offered in answer.orderOptions:
        print(offered.productOrderOptionsId, [o.protocol for o in offered_access(offered)])
        for option in offered.option:
            field = option.DataRecord.field[0]
            print(" ", field.name, [kind for kind in KINDS if field[kind] is not None], option.grouping)


def offered_access(offered):
    return [d.onlineDataAccess for d in offered.productDeliveryOptions if d.onlineDataAccess is not None]


KINDS = ["Boolean", "Text", "Category", "Count", "CountRange", "Quantity", "QuantityRange", "Time", "TimeRange"]
KINDS += ["DataArray", "DataRecord", "DataChoice"]

main()
