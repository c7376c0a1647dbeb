package no.lommebevis.device

import android.os.Build
import android.view.HapticFeedbackConstants
import android.view.View

/** What is felt. The view asks the person's settings itself, and needs no permission for it. For the UI thread. */
internal object Felt {
    /** [haptic] in the words of Rust's `Haptic`; false for another. */
    fun play(view: View, haptic: String): Boolean {
        view.performHapticFeedback(constant(haptic) ?: return false)
        return true
    }

    private fun constant(haptic: String): Int? {
        // The words for going well and badly came with Android 11.
        val knowsOutcomes = Build.VERSION.SDK_INT >= Build.VERSION_CODES.R
        return when (haptic) {
            "tap" -> HapticFeedbackConstants.CONTEXT_CLICK
            "success" -> if (knowsOutcomes) HapticFeedbackConstants.CONFIRM else HapticFeedbackConstants.VIRTUAL_KEY
            "warning" -> if (knowsOutcomes) HapticFeedbackConstants.REJECT else HapticFeedbackConstants.LONG_PRESS
            else -> null
        }
    }
}
