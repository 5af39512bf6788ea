//! Works orders off: claims due items, runs the operator's processor.
