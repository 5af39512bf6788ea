//! SQLite's file system ("VFS"), with a layer over the one that it has: <https://sqlite.org/vfs.html>.
//!
//! A file of this layer is a `File`, followed in the same memory by the file of the layer below.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::{Arc, OnceLock};

use rusqlite::ffi::{
    SQLITE_FULL, SQLITE_IOERR_DELETE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_READ, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE,
    SQLITE_OK, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};

use crate::disk::{Call, Inner, Refusal};

/// Where a file lies that a disk looks after.
struct Place {
    disk: Arc<Inner>,
    path: PathBuf,
}

#[repr(C)]
struct File {
    base: sqlite3_file,
    /// From `Box::into_raw`; null for files of no disk.
    place: *mut Place,
}

/// The file system below, which lives as long as the process.
struct Below(*mut sqlite3_vfs);

// SAFETY: SQLite lets all threads use a registered VFS, and nothing changes it here.
unsafe impl Send for Below {}
// SAFETY: as above.
unsafe impl Sync for Below {}

static BELOW: OnceLock<Below> = OnceLock::new();

/// From now on all connections of this process are opened by way of this layer.
pub fn install() {
    BELOW.get_or_init(|| {
        // SAFETY: asks for the default VFS, which every build of SQLite has; it is copied and then left alone. The copy and its name
        // are never freed, as a registered VFS demands.
        unsafe {
            let below = sqlite3_vfs_find(ptr::null());
            assert!(!below.is_null(), "SQLite has no file system");
            let mut layer = *below;
            layer.szOsFile += c_int::try_from(size_of::<File>()).expect("a file is small");
            layer.zName = c"ordergate-faults".as_ptr();
            layer.pNext = ptr::null_mut();
            layer.xOpen = Some(open);
            layer.xDelete = Some(delete);
            let layer = Box::into_raw(Box::new(layer));
            assert_eq!(sqlite3_vfs_register(layer, 1), SQLITE_OK, "the layer is not taken");
            Below(below)
        }
    });
}

fn below() -> *mut sqlite3_vfs {
    BELOW.get().map_or(ptr::null_mut(), |below| below.0)
}

/// # Safety
/// `name` is null or a C string.
unsafe fn path(name: *const c_char) -> Option<PathBuf> {
    // SAFETY: by the contract of this function.
    (!name.is_null()).then(|| Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())).to_owned())
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a name or null, and `szOsFile` bytes for the file, which are enough for both layers.
    unsafe {
        let this = file.cast::<File>();
        (*this).base.pMethods = ptr::null();
        (*this).place = ptr::null_mut();
        let Some(open) = (*below()).xOpen else { return SQLITE_IOERR_READ };
        let code = open(below(), name, lower(file), flags, flags_out);
        if code != SQLITE_OK {
            return code;
        }
        if let Some(path) = path(name)
            && let Some(disk) = Inner::holding(&path)
        {
            disk.opened(&path);
            (*this).place = Box::into_raw(Box::new(Place { disk, path }));
        }
        (*this).base.pMethods = &raw const METHODS;
        SQLITE_OK
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite gives a name; the layer below takes what it would have been given.
    unsafe {
        let Some(delete) = (*below()).xDelete else { return SQLITE_IOERR_DELETE };
        let code = delete(below(), name, sync);
        if code == SQLITE_OK
            && let Some(path) = path(name)
            && let Some(disk) = Inner::holding(&path)
        {
            disk.deleted(&path);
        }
        code
    }
}

/// The file of the layer below.
///
/// # Safety
/// `file` was given by SQLite for this layer.
const unsafe fn lower(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: `szOsFile` has room for both, one behind the other; `File` has the alignment of pointers, as has what follows.
    unsafe { file.cast::<File>().add(1).cast() }
}

/// # Safety
/// `file` is open.
unsafe fn place<'a>(file: *mut sqlite3_file) -> Option<&'a Place> {
    // SAFETY: null, or a box that `close` alone frees.
    unsafe { (*file.cast::<File>()).place.as_ref() }
}

/// Asks the disk whether a call may be made; `broken` is what it comes to if not.
///
/// # Safety
/// `file` is open.
unsafe fn allowed(file: *mut sqlite3_file, call: Call, broken: c_int) -> Result<(), c_int> {
    // SAFETY: by the contract of this function.
    let Some(place) = (unsafe { place(file) }) else { return Ok(()) };
    place.disk.call(call).map_err(|refusal| match refusal {
        Refusal::Broken => broken,
        Refusal::Full => SQLITE_FULL,
    })
}

/// A method of the layer below, called with its own file.
macro_rules! pass {
    ($method:ident, $file:ident $(, $argument:expr)*) => {{
        let lower = lower($file);
        match (*(*lower).pMethods).$method {
            Some(method) => method(lower $(, $argument)*),
            None => SQLITE_IOERR_READ,
        }
    }};
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: the file is open and is not used again; its place came from a box.
    unsafe {
        let this = file.cast::<File>();
        if !(*this).place.is_null() {
            drop(Box::from_raw((*this).place));
            (*this).place = ptr::null_mut();
        }
        pass!(xClose, file)
    }
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, amount: c_int, offset: sqlite3_int64) -> c_int {
    // SAFETY: handed on as it came.
    unsafe {
        match allowed(file, Call::Read, SQLITE_IOERR_READ) {
            Ok(()) => pass!(xRead, file, into, amount, offset),
            Err(code) => code,
        }
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, amount: c_int, offset: sqlite3_int64) -> c_int {
    // SAFETY: `from` has `amount` bytes; half of them are written where the call fails.
    unsafe {
        let refused = allowed(file, Call::Write, SQLITE_IOERR_WRITE).err();
        let amount = if refused.is_some() { amount / 2 } else { amount };
        let code = pass!(xWrite, file, from, amount, offset);
        if code == SQLITE_OK
            && let Some(place) = place(file)
        {
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(amount).unwrap_or(0));
            place.disk.written(&place.path, offset.unsigned_abs(), bytes);
        }
        refused.unwrap_or(code)
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: sqlite3_int64) -> c_int {
    // SAFETY: handed on as it came.
    unsafe {
        if let Err(code) = allowed(file, Call::Truncate, SQLITE_IOERR_TRUNCATE) {
            return code;
        }
        let code = pass!(xTruncate, file, length);
        if code == SQLITE_OK
            && let Some(place) = place(file)
        {
            place.disk.truncated(&place.path, length.unsigned_abs());
        }
        code
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe {
        if let Err(code) = allowed(file, Call::Sync, SQLITE_IOERR_FSYNC) {
            return code;
        }
        let code = pass!(xSync, file, flags);
        if code == SQLITE_OK
            && let Some(place) = place(file)
        {
            place.disk.synced(&place.path);
        }
        code
    }
}

/// Methods that are handed on as they come.
macro_rules! handed_on {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*);)*) => {
        $(unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $argument: $type)*) -> c_int {
            // SAFETY: handed on as it came.
            unsafe { pass!($method, file $(, $argument)*) }
        })*
    };
}

handed_on! {
    file_size = xFileSize(size: *mut sqlite3_int64);
    lock = xLock(level: c_int);
    unlock = xUnlock(level: c_int);
    check_reserved_lock = xCheckReservedLock(out: *mut c_int);
    file_control = xFileControl(operation: c_int, argument: *mut c_void);
    sector_size = xSectorSize();
    device_characteristics = xDeviceCharacteristics();
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void);
    shm_lock = xShmLock(offset: c_int, count: c_int, flags: c_int);
    shm_unmap = xShmUnmap(delete: c_int);
    fetch = xFetch(offset: sqlite3_int64, amount: c_int, out: *mut *mut c_void);
    unfetch = xUnfetch(offset: sqlite3_int64, page: *mut c_void);
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    // SAFETY: handed on as it came.
    unsafe {
        let lower = lower(file);
        if let Some(method) = (*(*lower).pMethods).xShmBarrier {
            method(lower);
        }
    }
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};
