package no.lommebevis.device

import android.content.Context

/** What Rust does for the background: `src-tauri/src/background/android.rs`. Throws [UnsatisfiedLinkError] without it. */
internal object Native {
    /** The wallet was brought up to date here: notices that ask to open the app for that are no longer true. */
    const val REFRESHED = 0
    /** There was nothing to do, or the running app has done it and keeps its own notices. */
    const val NOTHING_TO_DO = 1
    /** Worth another try before the next time. */
    const val TRY_AGAIN = 2

    init {
        // Tauri loads it too, with the first activity; the second time does nothing.
        System.loadLibrary("lommebevis_app")
    }

    /** Makes sure that the library is there. */
    fun load() = Unit

    /** Tells Rust of the JVM and of the application, where no activity has. On the main thread. True if it did. */
    @JvmStatic external fun lend(application: Context): Boolean

    /** Takes back what [lend] gave, before an activity tells it itself. On the main thread. */
    @JvmStatic external fun takeBack()

    /** Refreshes the wallet in [files]; takes as long as the network does. One of the numbers above. */
    @JvmStatic external fun refresh(files: String): Int
}
