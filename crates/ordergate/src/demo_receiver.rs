//! Someone for the demo to call: prints what it is told of orders, as a customer's software would take note of it.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use ordergate_xml::{Document, Limits, Node};

const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Listens on loopback as long as the runtime runs, and gives the address to be called at.
pub(crate) async fn start() -> std::io::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let routes = Router::new().route("/callback", post(receive));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(address)
}

async fn receive(body: String) -> impl IntoResponse {
    let Some((message, soap)) = read(&body) else {
        return (axum::http::StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "text/plain")], String::new());
    };
    print(&message);
    let ack = format!(
        "<s:Envelope xmlns:s=\"{soap}\"><s:Body><os:{}Ack xmlns:os=\"http://www.opengis.net/oseo/1.0\">\
         <os:status>success</os:status></os:{}Ack></s:Body></s:Envelope>",
        message.name, message.name
    );
    let content_type = if soap == SOAP_11 { "text/xml; charset=utf-8" } else { "application/soap+xml; charset=utf-8" };
    (axum::http::StatusCode::OK, [(CONTENT_TYPE, content_type)], ack)
}

/// What a callback says.
struct Message {
    name: String,
    order: String,
    status: String,
}

/// The message, and the namespace of its envelope.
fn read(body: &str) -> Option<(Message, String)> {
    let document = Document::parse(body.as_bytes(), None, &Limits::default()).ok()?;
    let envelope = document.root();
    let message = envelope.children().find(|child| child.name() == "Body")?.children().next()?;
    let text = |name: &str| found(message, name).map(|node| node.text().into_owned()).unwrap_or_default();
    // The first status is the order's: those of items come behind.
    let message = Message { name: message.name().to_owned(), order: text("orderId"), status: text("status") };
    Some((message, envelope.ns().to_owned()))
}

fn found<'d>(node: Node<'d>, name: &str) -> Option<Node<'d>> {
    node.children().find_map(|child| if child.name() == name { Some(child) } else { found(child, name) })
}

#[allow(clippy::print_stdout)]
fn print(Message { name, order, status }: &Message) {
    println!("[called back] {name}: order {order} is {status}");
}
