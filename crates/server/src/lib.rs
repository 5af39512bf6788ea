//! Puts the protocols on HTTP: routes, authentication, limits, health, metrics.
