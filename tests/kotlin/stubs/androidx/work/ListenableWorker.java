package androidx.work;

import android.content.Context;

public abstract class ListenableWorker {
    public ListenableWorker(Context context, WorkerParameters parameters) { }
    public final Context getApplicationContext() { throw new RuntimeException(); }
    public final int getRunAttemptCount() { throw new RuntimeException(); }

    public abstract static class Result {
        public static Result success() { throw new RuntimeException(); }
        public static Result retry() { throw new RuntimeException(); }
        public static Result failure() { throw new RuntimeException(); }
    }
}
