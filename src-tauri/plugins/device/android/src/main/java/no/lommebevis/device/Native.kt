package no.lommebevis.device

import android.content.Context

/** What Rust does for the background: `src-tauri/src/background/android.rs`. */
internal object Native {
    init {
        // Tauri loads it too, with the first activity; the second time does nothing.
        System.loadLibrary("lommebevis_app")
    }

    /** Makes sure that the library is there. Throws a [LinkageError] if not. */
    fun load() = Unit

    /** Tells Rust of the JVM and of the application, where no activity has. On the main thread. True if it did. */
    @JvmStatic external fun lend(application: Context): Boolean

    /** Takes back what [lend] gave, before an activity tells it itself. On the main thread. */
    @JvmStatic external fun takeBack()

    /** Refreshes the wallet in [files]; takes as long as the network does. A [RefreshAnswer], or null. */
    @JvmStatic external fun refresh(files: String): String?
}
