package androidx.core.app;

import android.app.Activity;
import android.content.Context;

public class ActivityCompat {
    public static boolean shouldShowRequestPermissionRationale(Activity activity, String permission) { throw new RuntimeException(); }
    public static int checkSelfPermission(Context context, String permission) { throw new RuntimeException(); }
}
