//! A failed assertion, caught: what it says, and which line it blames.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static BLAMED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The message of the assertion that fails in `check`; it has to blame the file of the test.
#[track_caller]
pub(crate) fn failure<T>(check: impl FnOnce() -> T) -> String {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            let file = info.location().map(|location| location.file().to_owned());
            BLAMED.with(|blamed| blamed.replace(file));
            before(info);
        }));
    });
    let Err(payload) = catch_unwind(AssertUnwindSafe(check)) else { panic!("the assertion holds") };
    let blamed = BLAMED.with(RefCell::take).unwrap_or_default();
    assert!(blamed.contains("tests/assertions/"), "{blamed} is blamed, and not the test");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(_) => panic!("the message is text"),
    }
}
