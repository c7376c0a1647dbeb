package androidx.core.view;

import androidx.core.graphics.Insets;

public class WindowInsetsCompat {
    public native Insets getInsets(int types);

    public static final class Type {
        private Type() {}
        public static native int systemBars();
        public static native int displayCutout();
        public static native int ime();
    }
}
