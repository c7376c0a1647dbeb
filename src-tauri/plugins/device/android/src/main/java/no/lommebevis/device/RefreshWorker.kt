package no.lommebevis.device

import android.content.Context
import android.os.Handler
import android.os.Looper
import androidx.work.BackoffPolicy
import androidx.work.Constraints
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.NetworkType
import androidx.work.PeriodicWorkRequest
import androidx.work.WorkManager
import androidx.work.Worker
import androidx.work.WorkerParameters
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean

/** Brings the wallet up to date while nobody looks at the app, with no window. WorkManager gives it ten minutes. */
class RefreshWorker(context: Context, parameters: WorkerParameters) : Worker(context, parameters) {
    override fun doWork(): Result =
        try {
            lendContext(applicationContext)
            // The folder that Tauri calls app_local_data_dir: its PathPlugin answers with the activity's dataDir, which
            // is the application's, and appends nothing to it.
            val answer = RefreshAnswer.parse(Native.refresh(applicationContext.dataDir.absolutePath))
            // An app that runs plans its own.
            if (!answer.byApp) tell(answer)
            when (answer.ended) {
                RefreshAnswer.Ended.FRESH -> Result.success()
                RefreshAnswer.Ended.NOBODY -> {
                    stop(applicationContext)
                    Result.success()
                }
                // Not for ever: the next period is soon enough then.
                RefreshAnswer.Ended.LATER -> if (runAttemptCount < ATTEMPTS) Result.retry() else Result.success()
            }
        } catch (_: LinkageError) {
            // An app without its library cannot be helped from here; the next period tries again.
            Result.failure()
        } catch (_: NotLent) {
            Result.failure()
        }

    private fun tell(answer: RefreshAnswer) {
        if (answer.ended != RefreshAnswer.Ended.LATER) Notices.takeBackOutdated(applicationContext)
        Notices.show(applicationContext, answer.notices)
    }

    companion object {
        private const val NAME = "refresh"
        private const val ATTEMPTS = 3
        private const val FIRST_RETRY_MINUTES = 30L
        private const val LENT_WITHIN_SECONDS = 10L

        /** About every [seconds], but no more often than WorkManager lets: a quarter of an hour. */
        fun every(context: Context, seconds: Long) {
            val constraints =
                Constraints.Builder()
                    .setRequiredNetworkType(NetworkType.CONNECTED)
                    .setRequiresBatteryNotLow(true)
                    .build()
            val request =
                PeriodicWorkRequest.Builder(RefreshWorker::class.java, seconds, TimeUnit.SECONDS)
                    .setConstraints(constraints)
                    // Whoever asks runs, and has just refreshed.
                    .setInitialDelay(seconds, TimeUnit.SECONDS)
                    .setBackoffCriteria(BackoffPolicy.EXPONENTIAL, FIRST_RETRY_MINUTES, TimeUnit.MINUTES)
                    .build()
            // UPDATE lets a period that runs already run on: an app that is opened daily would else never be refreshed.
            WorkManager.getInstance(context)
                .enqueueUniquePeriodicWork(NAME, ExistingPeriodicWorkPolicy.UPDATE, request)
        }

        fun stop(context: Context) {
            WorkManager.getInstance(context).cancelUniqueWork(NAME)
        }

        /**
         * Rust's parts find the JVM and the application in one place, which Tauri fills when the first activity is made,
         * and which ends the process if it is filled already. So it is lent on the main thread, where activities are made,
         * and no longer than the key store takes to open.
         */
        private fun lendContext(context: Context) {
            // Here, where it is caught if there is none, and not on the main thread, which would end the process.
            Native.load()
            val answered = CountDownLatch(1)
            val done = AtomicBoolean(false)
            Handler(Looper.getMainLooper()).post {
                try {
                    done.set(Native.lend(context))
                } catch (_: Throwable) {
                    // Whatever it is: thrown here it would end the process, and that each day, seen by nobody.
                } finally {
                    answered.countDown()
                }
            }
            if (!answered.await(LENT_WITHIN_SECONDS, TimeUnit.SECONDS) || !done.get()) throw NotLent()
        }
    }

    private class NotLent : Exception()
}
