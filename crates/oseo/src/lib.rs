//! OSEO 1.0 (OGC 06-141r6): one file per operation.
