package androidx.webkit;

import android.content.Context;
import android.content.pm.PackageInfo;
import android.webkit.WebView;
import java.util.Set;

public class WebViewCompat {
    private WebViewCompat() {}
    public static native PackageInfo getCurrentWebViewPackage(Context context);
    public static native ScriptHandler addDocumentStartJavaScript(WebView view, String script, Set<String> origins);
}
