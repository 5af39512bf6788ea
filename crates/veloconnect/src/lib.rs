//! veloconnect 1.0-1.6: one file per operation.
