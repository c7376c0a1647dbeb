//! `BGAppRefreshTask`: the system wakes the app, or starts it without showing it, for about half a minute.

use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use block2::RcBlock;
use objc2::AnyThread as _;
use objc2::rc::Retained;
use objc2_background_tasks::{BGAppRefreshTaskRequest, BGTask, BGTaskScheduler};
use objc2_foundation::{NSDate, NSString};
use tauri::{AppHandle, Runtime};

use crate::{BackgroundRefresh, Work};

/// The task. It stands in `Info.ios.plist` too (`BGTaskSchedulerPermittedIdentifiers`), with the background mode `fetch`;
/// without them the system takes no request.
const TASK: &str = "no.lommebevis.app.refresh";

/// Asks the system for calls, from a thread of its own: it takes its time over an answer.
pub(super) struct Refresh(Sender<Option<Duration>>);

impl Refresh {
    /// Has `work` done when the system calls. The system ends an app that registers a task twice, or after it has
    /// finished launching: once for each process, and early.
    pub(super) fn register<R: Runtime>(app: AppHandle<R>, work: Work<R>) -> Self {
        let launch = RcBlock::new(move |task: NonNull<BGTask>| {
            // SAFETY: the system hands over a task that lives at least as long as this call.
            let Some(task) = (unsafe { Retained::retain(task.as_ptr()) }) else {
                return;
            };
            run(task, &app, &work);
        });
        // SAFETY: no queue is given, so that the system takes one of its own, and what the block holds is `Send` and
        // `Sync`.
        let is_registered = unsafe {
            BGTaskScheduler::sharedScheduler()
                .registerForTaskWithIdentifier_usingQueue_launchHandler(
                    &NSString::from_str(TASK),
                    None,
                    &launch,
                )
        };
        if !is_registered {
            tracing::warn!(
                "the background refresh is not among the tasks that this app may ask for"
            );
        }
        let (asks, asked) = channel();
        let spawned = std::thread::Builder::new()
            .name("background-refresh".to_owned())
            .spawn(move || {
                for interval in asked {
                    ask(interval);
                }
            });
        if let Err(error) = spawned {
            tracing::warn!(%error, "the system is asked for no background refresh");
        }
        Self(asks)
    }
}

impl BackgroundRefresh for Refresh {
    /// For one call: who is called asks for the next.
    fn every(&self, interval: Duration) {
        // Fails only if the thread could not be started, which was said.
        let _ = self.0.send(Some(interval));
    }

    fn stop(&self) {
        let _ = self.0.send(None);
    }
}

fn ask(interval: Option<Duration>) {
    let task = NSString::from_str(TASK);
    // SAFETY: the scheduler may be spoken to from any thread, and the request is not touched after it was handed over.
    unsafe {
        let scheduler = BGTaskScheduler::sharedScheduler();
        let Some(interval) = interval else {
            scheduler.cancelTaskRequestWithIdentifier(&task);
            return;
        };
        let request =
            BGAppRefreshTaskRequest::initWithIdentifier(BGAppRefreshTaskRequest::alloc(), &task);
        let begin = NSDate::dateWithTimeIntervalSinceNow(interval.as_secs_f64());
        request.setEarliestBeginDate(Some(&begin));
        // Takes the place of what was asked before.
        if let Err(error) = scheduler.submitTaskRequest_error(&request) {
            // A simulator, or a person who has turned it off: the app then refreshes when it is opened.
            tracing::info!(
                code = error.code(),
                "the system gives no background refresh"
            );
        }
    }
}

/// A call of the system that is under way.
struct Call {
    task: Retained<BGTask>,
    is_over: AtomicBool,
}

// SAFETY: a task is made to be ended from another thread than the one it was handed over on; the system itself calls the
// expiration handler on any. Nothing else is asked of it, and never twice.
unsafe impl Send for Call {}
// SAFETY: as above.
unsafe impl Sync for Call {}

impl Call {
    /// Tells the system that it is over; the first word counts.
    fn end(&self, went_well: bool) {
        if !self.is_over.swap(true, Ordering::AcqRel) {
            // SAFETY: see the `Send` of this type.
            unsafe { self.task.setTaskCompletedWithSuccess(went_well) };
        }
    }
}

fn run<R: Runtime>(task: Retained<BGTask>, app: &AppHandle<R>, work: &Work<R>) {
    let call = Arc::new(Call {
        task,
        is_over: AtomicBool::new(false),
    });
    let expiring = call.clone();
    // The time is up: the app sleeps, and the work with it, which goes on when the app wakes. It is not torn off: an
    // answer of the issuer that is on its way may hold the only copy of a token.
    let expire = RcBlock::new(move || expiring.end(false));
    // SAFETY: the block is copied by the property, which the system clears when the task is over, and with it the circle
    // of the two; what it holds is `Send` and `Sync`.
    unsafe { call.task.setExpirationHandler(Some(&expire)) };
    let work = work(app.clone());
    tauri::async_runtime::spawn(async move {
        let went_well = work.await;
        call.end(went_well);
    });
}

/// How many requests wait; `None` if the system does not answer in time.
#[cfg(feature = "testing")]
pub(super) fn pending(patience: Duration) -> Option<usize> {
    use objc2_background_tasks::BGTaskRequest;
    use objc2_foundation::NSArray;
    let (tell, told) = channel();
    let answer = RcBlock::new(move |requests: NonNull<NSArray<BGTaskRequest>>| {
        // SAFETY: the system hands over an array that lives at least as long as this call.
        let count = unsafe { requests.as_ref() }.count();
        // Who asked may have gone.
        let _ = tell.send(count);
    });
    // SAFETY: what the block holds can be sent to the thread that the system calls it on.
    unsafe {
        BGTaskScheduler::sharedScheduler().getPendingTaskRequestsWithCompletionHandler(&answer);
    }
    told.recv_timeout(patience).ok()
}
