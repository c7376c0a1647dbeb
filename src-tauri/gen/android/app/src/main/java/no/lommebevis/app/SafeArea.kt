package no.lommebevis.app

import android.webkit.WebView
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat
import androidx.webkit.ScriptHandler
import androidx.webkit.WebViewCompat
import androidx.webkit.WebViewFeature

/**
 * Tells the screens how much of the edges the system covers. From version 140 on a WebView knows by itself
 * (`env(safe-area-inset-*)`); older ones, and all on Android 8 and 9, say 0 there, and the top bar would lie under the clock.
 */
internal object SafeArea {
  private const val KNOWS_BY_ITSELF = 140

  fun tell(webView: WebView) {
    if (version(webView) >= KNOWS_BY_ITSELF) return
    var atStart: ScriptHandler? = null
    ViewCompat.setOnApplyWindowInsetsListener(webView) { _, insets ->
      val bars = insets.getInsets(WindowInsetsCompat.Type.systemBars() or WindowInsetsCompat.Type.displayCutout())
      val keyboard = insets.getInsets(WindowInsetsCompat.Type.ime()).bottom
      // Such a WebView does not make room for the keyboard either.
      webView.setPadding(0, 0, 0, keyboard)
      val script = script(webView, bars.top, bars.right, if (keyboard > 0) 0 else bars.bottom, bars.left)
      webView.evaluateJavascript(script, null)
      // A page that is loaded later has to know too.
      if (WebViewFeature.isFeatureSupported(WebViewFeature.DOCUMENT_START_SCRIPT)) {
        atStart?.remove()
        atStart = WebViewCompat.addDocumentStartJavaScript(webView, script, setOf("*"))
      }
      insets
    }
    ViewCompat.requestApplyInsets(webView)
  }

  private fun version(webView: WebView): Int =
    WebViewCompat.getCurrentWebViewPackage(webView.context)?.versionName?.substringBefore('.')?.toIntOrNull() ?: 0

  /** Sets the variables that `ui/src/styles/app.css` otherwise takes from `env()`; the values are numbers alone. */
  private fun script(webView: WebView, top: Int, right: Int, bottom: Int, left: Int): String {
    val density = webView.resources.displayMetrics.density
    return listOf("top" to top, "right" to right, "bottom" to bottom, "left" to left)
      .joinToString("", "(() => { const root = document.documentElement; if (!root) return; ", "})();") { (edge, pixels) ->
        "root.style.setProperty('--safe-$edge', '${pixels / density}px'); "
      }
  }
}
