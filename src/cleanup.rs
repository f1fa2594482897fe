//! What must still be done, over a network or by a daemon, for what was begun and will not be ended.
//!
//! Work that needs to wait for somebody is handed over by a guard's end, whichever way it comes (an error, an interruption
//! that drops the command's future): with [`CleanUp`] it is done before the process ends, all of it at the same time; with
//! [`at_once`] in the destructor itself, where the order counts.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

static LEFT: Mutex<Vec<Work>> = Mutex::new(Vec::new());

/// Work that is done unless it turns out not to be needed: at once by [`CleanUp::run`], or before the process ends when
/// this was dropped.
pub struct CleanUp(Option<Work>);

impl CleanUp {
    /// `work` must bear being begun at any time, or never: a killed process does nothing.
    pub fn new(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(Box::pin(work)))
    }

    /// There is nothing to clean up any more.
    pub fn disarm(mut self) {
        self.0 = None;
    }

    /// Does the work now. When this is interrupted, the rest of it is done like that of one that was dropped.
    pub async fn run(mut self) {
        if let Some(work) = &mut self.0 {
            work.await;
        }
        self.0 = None;
    }
}

impl Drop for CleanUp {
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            LEFT.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(work);
        }
    }
}

impl std::fmt::Debug for CleanUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_armed = self.0.is_some();
        f.debug_struct("CleanUp")
            .field("is_armed", &is_armed)
            .finish()
    }
}

/// Does what is left, all at the same time, for at most `limit`.
pub async fn finish(limit: Duration) {
    let left = std::mem::take(&mut *LEFT.lock().unwrap_or_else(PoisonError::into_inner));
    let mut all: JoinSet<()> = left.into_iter().collect();
    let ended = async { while all.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, ended).await.is_err() {
        tracing::info!("not everything was cleaned up within {limit:?}");
    }
}

/// Does `work` now, for at most `limit`, in a destructor: for work that must come before what other destructors do.
///
/// It runs on the command's own runtime, by a thread that is waited for. Commands run on the main thread, outside the
/// runtime's workers, which thus go on working.
pub fn at_once<F: Future<Output = ()> + Send>(limit: Duration, work: F) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            runtime.block_on(async {
                // Whoever waits longer than that is better told.
                drop(tokio::time::timeout(limit, work).await);
            });
        });
        // A panic was said by its own thread.
        drop(thread.join());
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// One test, since what is left is shared by the process.
    #[tokio::test]
    async fn work_is_done_once_unless_it_is_disarmed_and_for_a_limited_time() {
        let done = Arc::new(AtomicUsize::new(0));
        let work = || {
            let done = Arc::clone(&done);
            CleanUp::new(async move {
                done.fetch_add(1, Ordering::Relaxed);
            })
        };
        work().disarm();
        finish(Duration::MAX).await;
        assert_eq!(done.load(Ordering::Relaxed), 0);
        work().run().await;
        assert_eq!(done.load(Ordering::Relaxed), 1);
        drop((work(), work()));
        finish(Duration::MAX).await;
        finish(Duration::MAX).await;
        assert_eq!(done.load(Ordering::Relaxed), 3);

        // Interrupted while it waits, it is gone on with.
        let (go_on, told) = tokio::sync::oneshot::channel::<()>();
        let (end, mut ended) = tokio::sync::oneshot::channel();
        let waiting = CleanUp::new(async move {
            told.await.ok();
            end.send(()).ok();
        });
        tokio::time::timeout(Duration::ZERO, waiting.run())
            .await
            .unwrap_err();
        go_on.send(()).unwrap();
        finish(Duration::MAX).await;
        assert_eq!(ended.try_recv(), Ok(()));

        drop(CleanUp::new(std::future::pending()));
        finish(Duration::ZERO).await;
    }
}
