//! The system's login window, `ASWebAuthenticationSession`: a browser that the app cannot look into, and that gives the
//! app nothing but the address it ends at.
//!
//! It is asked for without the cookies of Safari. A login is made once on a phone, so that little would be saved by them,
//! and then the system asks nobody whether the app may have them, and on a borrowed phone nobody's login at Feide is left
//! behind. Kept passwords are filled in all the same.
#![expect(
    unsafe_code,
    reason = "Objective-C, whose promises are written at each call"
)]

use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use block2::RcBlock;
use objc2::rc::Retained;
use objc2::runtime::ProtocolObject;
use objc2::{
    AllocAnyThread as _, MainThreadMarker, MainThreadOnly, available, define_class, msg_send,
};
use objc2_authentication_services::{
    ASWebAuthenticationPresentationContextProviding, ASWebAuthenticationSession,
    ASWebAuthenticationSessionCallback, ASWebAuthenticationSessionErrorCode,
};
use objc2_foundation::{NSError, NSObject, NSObjectProtocol, NSString, NSURL};
use objc2_ui_kit::{UIApplication, UIWindow, UIWindowScene};
use tauri::{AppHandle, Runtime};
use tokio::sync::oneshot;
use url::Url;

/// Why the window gave no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginWindowError {
    /// The person closed it.
    #[error("the login window was closed")]
    Closed,
    /// The system did not open it, or not for this way back.
    #[error("the login window was not opened")]
    NotOpened,
}

type Outcome = Result<Url, LoginWindowError>;

/// Whether the window can end at an https address that the app has claimed: from iOS 17.4 on.
#[must_use]
pub fn takes_https() -> bool {
    available!(ios = 17.4)
}

/// Opens the window at an address and waits until it comes to `redirect_uri`, of the app's own scheme or, where
/// [`takes_https`], a claimed address; gives where it came to, whatever stands in its query. Whoever drops this closes
/// the window.
///
/// # Errors
/// [`LoginWindowError`].
pub async fn open<R: Runtime>(app: &AppHandle<R>, address: &Url, redirect_uri: &Url) -> Outcome {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let id = LAST.fetch_add(1, Ordering::Relaxed);
    let (tell, told) = oneshot::channel();
    let (address, redirect_uri) = (address.clone(), redirect_uri.clone());
    let _closer = Closer { app, id };
    app.run_on_main_thread(move || begin(id, &address, &redirect_uri, tell))
        .map_err(|_| LoginWindowError::NotOpened)?;
    told.await.unwrap_or(Err(LoginWindowError::NotOpened))
}

/// Closes the window when nobody waits for it any more.
struct Closer<'a, R: Runtime> {
    app: &'a AppHandle<R>,
    id: u64,
}

impl<R: Runtime> Drop for Closer<'_, R> {
    fn drop(&mut self) {
        let id = self.id;
        // Without a main thread there is no window either.
        let _ = self.app.run_on_main_thread(move || {
            let ended = OPEN.with(|open| open.borrow_mut().take_if(|window| window.id == id));
            if let Some(window) = ended {
                // SAFETY: a session of ours, on the main thread, where it was begun; cancelling one that has ended does
                // nothing.
                unsafe { window.session.cancel() };
            }
        });
    }
}

/// What has to live as long as the window: the session holds its provider weakly.
struct Open {
    id: u64,
    session: Retained<ASWebAuthenticationSession>,
    _provider: Retained<Provider>,
}

thread_local! {
    /// The window, on the main thread, the only one that it may be touched on.
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
}

fn begin(id: u64, address: &Url, redirect_uri: &Url, tell: oneshot::Sender<Outcome>) {
    let (Some(main), Some(address)) = (
        MainThreadMarker::new(),
        NSURL::URLWithString(&NSString::from_str(address.as_str())),
    ) else {
        let _ = tell.send(Err(LoginWindowError::NotOpened));
        return;
    };
    // The block may be called more than once, as far as its type goes.
    let tell = Mutex::new(Some(tell));
    let ended = RcBlock::new(move |url: *mut NSURL, error: *mut NSError| {
        // SAFETY: the system gives null or an object that lives as long as this call.
        let outcome = outcome(unsafe { url.as_ref() }, unsafe { error.as_ref() });
        let tell = tell.lock().ok().and_then(|mut tell| tell.take());
        if let Some(tell) = tell {
            let _ = tell.send(outcome);
        }
    });
    let session = session(&address, redirect_uri, &ended);
    let provider = Provider::new(main);
    // SAFETY: before the start, on the main thread; the provider lives in `OPEN` as long as the session does.
    let started = unsafe {
        session.setPrefersEphemeralWebBrowserSession(true);
        session.setPresentationContextProvider(Some(ProtocolObject::from_ref(&*provider)));
        session.start()
    };
    // One that did not start drops its block, and with it the sender: the waiting end takes that for what it is.
    if started {
        OPEN.with(|open| {
            *open.borrow_mut() = Some(Open {
                id,
                session,
                _provider: provider,
            });
        });
    }
}

type Ended = RcBlock<dyn Fn(*mut NSURL, *mut NSError)>;

fn session(
    address: &NSURL,
    redirect_uri: &Url,
    ended: &Ended,
) -> Retained<ASWebAuthenticationSession> {
    let new = ASWebAuthenticationSession::alloc();
    let scheme = NSString::from_str(redirect_uri.scheme());
    if !takes_https() {
        // SAFETY: the block is a whole one, which the session copies. The one that takes a callback object is newer
        // than the oldest system that the app runs on.
        #[expect(deprecated, reason = "its successor is not there before iOS 17.4")]
        return unsafe {
            ASWebAuthenticationSession::initWithURL_callbackURLScheme_completionHandler(
                new,
                address,
                Some(&scheme),
                RcBlock::as_ptr(ended),
            )
        };
    }
    // SAFETY: iOS 17.4 is here. Host and path are of an https address; the scheme is the app's own, never http or https,
    // for which the system would raise an exception.
    let callback = unsafe {
        match redirect_uri
            .host_str()
            .filter(|_| redirect_uri.scheme() == "https")
        {
            Some(host) => ASWebAuthenticationSessionCallback::callbackWithHTTPSHost_path(
                &NSString::from_str(host),
                &NSString::from_str(redirect_uri.path()),
            ),
            None => ASWebAuthenticationSessionCallback::callbackWithCustomScheme(&scheme),
        }
    };
    // SAFETY: the block is a whole one, which the session copies.
    unsafe {
        ASWebAuthenticationSession::initWithURL_callback_completionHandler(
            new,
            address,
            &callback,
            RcBlock::as_ptr(ended),
        )
    }
}

fn outcome(url: Option<&NSURL>, error: Option<&NSError>) -> Outcome {
    if let Some(error) = error {
        // A phone that does not know the claimed address for the app's says "closed" as well, but then says why.
        let closed = error.code() == ASWebAuthenticationSessionErrorCode::CanceledLogin.0
            && error.userInfo().count() == 0;
        tracing::warn!(code = error.code(), closed, "the login window ended");
        return Err(if closed {
            LoginWindowError::Closed
        } else {
            LoginWindowError::NotOpened
        });
    }
    url.and_then(NSURL::absoluteString)
        .and_then(|text| Url::parse(&text.to_string()).ok())
        .ok_or(LoginWindowError::NotOpened)
}

define_class!(
    // SAFETY: NSObject asks nothing of its subclasses, and this one has no `Drop`.
    #[unsafe(super(NSObject))]
    #[thread_kind = MainThreadOnly]
    #[name = "LommebevisLoginWindowProvider"]
    struct Provider;

    // SAFETY: NSObject does it.
    unsafe impl NSObjectProtocol for Provider {}

    // SAFETY: the one method has the type that the protocol gives it.
    unsafe impl ASWebAuthenticationPresentationContextProviding for Provider {
        #[unsafe(method_id(presentationAnchorForWebAuthenticationSession:))]
        fn anchor(&self, _session: &ASWebAuthenticationSession) -> Retained<NSObject> {
            let window = window(self.mtm());
            Retained::into_super(Retained::into_super(Retained::into_super(window)))
        }
    }
);

impl Provider {
    fn new(main: MainThreadMarker) -> Retained<Self> {
        let this = Self::alloc(main).set_ivars(());
        // SAFETY: NSObject's `init`, which takes nothing and always gives an object.
        unsafe { msg_send![super(this), init] }
    }
}

/// The window of the app that the login is shown over.
fn window(main: MainThreadMarker) -> Retained<UIWindow> {
    UIApplication::sharedApplication(main)
        .connectedScenes()
        .iter()
        .filter_map(|scene| scene.downcast::<UIWindowScene>().ok())
        .find_map(|scene| scene.keyWindow().or_else(|| scene.windows().firstObject()))
        // An app without a window: the system says that there is nothing to show it over, and the login ends.
        .unwrap_or_else(|| UIWindow::new(main))
}
