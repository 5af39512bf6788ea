//! Every route of the server, on one page.
//!
//! | path | methods | what |
//! |---|---|---|
//! | `/oseo` | POST, GET `?wsdl` | OSEO 1.0 |
//! | `/veloconnect` | GET, POST | veloconnect 1.0-1.6 |
//! | `/health/live`, `/health/ready` | GET | for orchestrators and load balancers |
//! | `/metrics` | GET | Prometheus |
//! | `/demo/download/{order}/{item}` | GET | the demo's finished products (only `ordergate demo`) |

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use ordergate_oseo::Oseo;
use ordergate_veloconnect::Veloconnect;

use crate::demo_download;
use crate::door_route;
use crate::health::{self, Readiness};
use crate::metrics::Metrics;
use crate::request_log;

/// What the routes lead to.
pub(crate) struct Destinations {
    pub(crate) oseo: Option<Oseo>,
    pub(crate) veloconnect: Option<Veloconnect>,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Metrics,
    pub(crate) body_bytes_max: usize,
    /// Whether the demo's finished products are offered.
    pub(crate) demo_download: bool,
}

pub(crate) fn router(to: Destinations) -> Router {
    let metrics = to.metrics.clone();
    let mut router = Router::new();
    if let Some(oseo) = to.oseo {
        router = router.route("/oseo", door_route::route(oseo, to.body_bytes_max));
    }
    if let Some(veloconnect) = to.veloconnect {
        router = router.route("/veloconnect", door_route::route(veloconnect, to.body_bytes_max));
    }
    if to.demo_download {
        router = router.route("/demo/download/{order}/{item}", get(demo_download::download));
    }
    let router = router
        .merge(health::routes(to.readiness))
        .route("/metrics", get(move || async move { metrics.page() }))
        .fallback(not_found);
    request_log::observe(router, to.metrics)
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response()
}
