"""A customer's whole way, by zeep from the service description alone: what is offered, what it costs, the order, asking
until it is there, the download, and another order that is withdrawn. Argument: the URL of the WSDL of a demo."""

import sys
import time
import urllib.request

from zeep import Client
from zeep.wsse.username import UsernameToken

BASE = {"service": "OS", "version": "1.0.0"}
COLLECTION = "urn:ordergate:demo:scenes"


def specification(reference):
    return {
        "orderReference": reference,
        "deliveryOptions": {"onlineDataAccess": {"protocol": "https"}},
        "orderType": "PRODUCT_ORDER",
        "orderItem": [{"itemId": i, "productId": {"identifier": f"urn:scene:{i}"}} for i in ("a", "b")],
    }


def status(service, order):
    answer = service.GetStatus(orderId=order, presentation="brief", **BASE)
    return answer.orderMonitorSpecification[0].orderStatusInfo.status


def await_completed(service, order):
    deadline = time.monotonic() + 30
    while status(service, order) != "Completed":
        if time.monotonic() > deadline:
            raise SystemExit(f"order {order} is {status(service, order)}")
        time.sleep(0.1)


def journey(service):
    capabilities = service.GetCapabilities(service="OS")
    print("offered:", [operation.name for operation in capabilities.OperationsMetadata.Operation])
    options = service.GetOptions(collectionId=COLLECTION, **BASE)
    print("options:", [offered.orderType for offered in options.orderOptions])
    quoted = service.GetQuotation(orderSpecification=specification("as quoted"), **BASE).quotation
    print("price:", quoted.price.value, quoted.price.currency)
    ack = service.Submit(quotationId=quoted.quotationId, statusNotification="None", **BASE)
    print("ordered:", ack.status, ack.orderReference)
    await_completed(service, ack.orderId)
    access = service.DescribeResultAccess(orderId=ack.orderId, subFunction="nextReady", **BASE)
    for result in access.URLs:
        with urllib.request.urlopen(result.itemAddress.ResourceAddress.URL) as answer:
            print("downloaded:", result.itemId, answer.status, len(answer.read()) > 0)
    again = service.DescribeResultAccess(orderId=ack.orderId, subFunction="nextReady", **BASE)
    print("next:", again.status, again.URLs)
    other = service.Submit(orderSpecification=specification("withdrawn"), statusNotification="None", **BASE)
    print("cancelled:", service.Cancel(orderId=other.orderId, statusNotification="None", **BASE).status)
    print("then:", status(service, other.orderId))


def main():
    client = Client(sys.argv[1], wsse=UsernameToken("demo", "demo-secret"))
    for port in ("OSEO_Soap11", "OSEO_Soap12"):
        print("##", port)
        journey(client.bind("OSEO", port))


main()
