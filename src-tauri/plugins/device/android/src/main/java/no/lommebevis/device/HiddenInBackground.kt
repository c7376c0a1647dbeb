package no.lommebevis.device

import android.app.Activity
import android.os.Build
import android.view.WindowManager

/**
 * Whether the picture of the app among the recent ones is blank. For the UI thread.
 *
 * From Android 13 on the system has a switch for just that. Before it there is only FLAG_SECURE, which forbids pictures
 * of the window altogether, and stands here from pause to resume alone: people may take a picture of their own card. The
 * system takes its picture after the pause, but nothing promises that; a phone that is quicker shows what was there. And
 * neither hides anything from a camera, or from an app that the person lets read the screen.
 */
internal class HiddenInBackground {
    var on = false

    fun apply(activity: Activity) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) activity.setRecentsScreenshotEnabled(!on)
    }

    fun pause(activity: Activity) {
        if (on && Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) {
            activity.window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
        }
    }

    fun resume(activity: Activity) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) {
            activity.window.clearFlags(WindowManager.LayoutParams.FLAG_SECURE)
        }
        apply(activity)
    }
}
