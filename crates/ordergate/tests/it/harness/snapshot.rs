//! Snapshots of several test binaries.

/// insta's, but the file is named after the test or the given name alone: every binary that runs the test has the
/// same answers.
macro_rules! assert_snapshot {
    ($($arguments:tt)*) => {
        ::insta::with_settings!({ prepend_module_to_snapshot => false }, { ::insta::assert_snapshot!($($arguments)*) })
    };
}

pub(crate) use assert_snapshot;
