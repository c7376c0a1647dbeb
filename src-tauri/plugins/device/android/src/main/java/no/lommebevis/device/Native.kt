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

    /** Opens the key store with the application, where no activity has told Rust of it. On the main thread. False if not. */
    @JvmStatic external fun lend(application: Context): Boolean

    /** Refreshes the wallet in [files]; takes as long as the network does. A [RefreshAnswer], or null. */
    @JvmStatic external fun refresh(files: String): String?
}
