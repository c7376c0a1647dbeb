package no.lommebevis.device

import android.app.Activity
import androidx.appcompat.app.AppCompatActivity
import app.tauri.annotation.Command
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin

/** What needs the app's window, and the schedule. Called from Rust alone (`src/android.rs`). */
@TauriPlugin
class DevicePlugin(activity: Activity) : Plugin(activity) {
    /** The system may put another in its place. */
    private var window = activity
    private var inFront = true
    private val screen = HeldScreen()
    private val hidden = HiddenInBackground()

    @Command
    fun fullBrightness(invoke: Invoke) = onWindow(invoke) {
        screen.bright = invoke.getArgs().getBoolean("on")
        if (inFront) screen.take(window)
    }

    @Command
    fun keepAwake(invoke: Invoke) = onWindow(invoke) {
        screen.awake = invoke.getArgs().getBoolean("on")
        if (inFront) screen.take(window)
    }

    @Command
    fun hideInBackground(invoke: Invoke) = onWindow(invoke) {
        hidden.on = invoke.getArgs().getBoolean("on")
        hidden.apply(window)
    }

    @Command
    fun playHaptic(invoke: Invoke) = onWindow(invoke) {
        require(Felt.play(window.window.decorView, invoke.getArgs().getString("haptic"))) { "no such haptic" }
    }

    @Command
    fun refreshEvery(invoke: Invoke) = onWindow(invoke) {
        RefreshWorker.every(window, invoke.getArgs().getLong("seconds"))
    }

    @Command
    fun stopRefreshing(invoke: Invoke) = onWindow(invoke) { RefreshWorker.stop(window) }

    override fun onPause(activity: AppCompatActivity) {
        inFront = false
        screen.giveBack(activity)
        hidden.pause(activity)
    }

    override fun onResume(activity: AppCompatActivity) {
        window = activity
        inFront = true
        screen.take(activity)
        hidden.resume(activity)
    }

    /** On the thread of the windows, wherever Tauri calls from; then answers, with nothing or the kind of what was thrown. */
    private fun onWindow(invoke: Invoke, act: () -> Unit) {
        window.runOnUiThread {
            try {
                act()
                invoke.resolve()
            } catch (thrown: Exception) {
                invoke.reject(thrown.javaClass.name)
            }
        }
    }
}
