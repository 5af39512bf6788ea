//! The demo's finished products: small files made up on the spot.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use ordergate_engine::OrderId;

/// `/demo/download/{order}/{item}`: a few lines of text that say what they stand for.
pub(crate) async fn download(Path((order, item)): Path<(String, String)>) -> Response {
    let (Some(order), true) = (OrderId::parse(&order), item.chars().count() <= 80) else {
        return (StatusCode::NOT_FOUND, "There is no such product.\n").into_response();
    };
    let text = format!("Ordergate demo product\norder: {order}\nitem: {item}\n");
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
