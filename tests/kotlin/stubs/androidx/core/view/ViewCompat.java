package androidx.core.view;

import android.view.View;

public final class ViewCompat {
    private ViewCompat() {}
    public static native void setOnApplyWindowInsetsListener(View view, OnApplyWindowInsetsListener listener);
    public static native void requestApplyInsets(View view);
}
