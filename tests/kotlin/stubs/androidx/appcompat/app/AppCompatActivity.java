package androidx.appcompat.app;

import android.app.Activity;
import androidx.activity.OnBackPressedDispatcher;
import androidx.activity.result.ActivityResultCallback;
import androidx.activity.result.ActivityResultLauncher;
import androidx.activity.result.contract.ActivityResultContract;

public class AppCompatActivity extends Activity {
    public final OnBackPressedDispatcher getOnBackPressedDispatcher() { throw new RuntimeException(); }
    public final <I, O> ActivityResultLauncher<I> registerForActivityResult(
            ActivityResultContract<I, O> contract, ActivityResultCallback<O> callback) { throw new RuntimeException(); }
}
