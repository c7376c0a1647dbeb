package no.lommebevis.app

import android.os.Bundle
import android.webkit.WebView
import androidx.appcompat.app.AppCompatActivity

abstract class TauriActivity : AppCompatActivity() {
  override fun onCreate(savedInstanceState: Bundle?) = Unit

  open fun onWebViewCreate(webView: WebView) = Unit
}
