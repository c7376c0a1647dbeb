package no.lommebevis.device

import android.app.Activity
import android.view.WindowManager

/**
 * What the app holds of the screen: bright, awake. Both belong to the window, so that they end with it at the latest;
 * they are given back already when another window comes in front. For the UI thread.
 */
internal class HeldScreen {
    var bright = false
    var awake = false

    fun take(activity: Activity) = show(activity, bright, awake)

    fun giveBack(activity: Activity) = show(activity, false, false)

    private fun show(activity: Activity, bright: Boolean, awake: Boolean) {
        val window = activity.window
        val attributes = window.attributes
        attributes.screenBrightness =
            if (bright) WindowManager.LayoutParams.BRIGHTNESS_OVERRIDE_FULL
            else WindowManager.LayoutParams.BRIGHTNESS_OVERRIDE_NONE
        window.attributes = attributes
        if (awake) window.addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
        else window.clearFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
    }
}
