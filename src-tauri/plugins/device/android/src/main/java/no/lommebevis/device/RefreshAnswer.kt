package no.lommebevis.device

import org.json.JSONException
import org.json.JSONObject

/** How a refresh ended, as `src-tauri/src/background/answer.rs` writes it. Nothing of Android's in here. */
internal class RefreshAnswer(val ended: Ended, val byApp: Boolean, val notices: List<Due>) {
    enum class Ended {
        /** All is up to date. */
        FRESH,
        /** Nobody is logged in. */
        NOBODY,
        /** It did not go well. */
        LATER,
    }

    /** What is to be shown now. Says nothing personal. */
    class Due(val title: String, val body: String)

    companion object {
        /** Of something else: that it did not go well. */
        fun parse(text: String?): RefreshAnswer =
            try {
                val json = JSONObject(text ?: "")
                val notices = json.getJSONArray("notices")
                RefreshAnswer(
                    Ended.valueOf(json.getString("ended").uppercase()),
                    json.getBoolean("by_app"),
                    List(notices.length()) { Due(notices.getJSONObject(it).getString("title"), notices.getJSONObject(it).getString("body")) },
                )
            } catch (_: JSONException) {
                FAILED
            } catch (_: IllegalArgumentException) {
                FAILED
            }

        private val FAILED = RefreshAnswer(Ended.LATER, byApp = false, notices = emptyList())
    }
}
