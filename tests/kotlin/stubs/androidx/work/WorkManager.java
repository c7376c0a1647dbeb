package androidx.work;

import android.content.Context;

public abstract class WorkManager {
    public static WorkManager getInstance(Context context) { throw new RuntimeException(); }
    public abstract Operation enqueueUniquePeriodicWork(String name, ExistingPeriodicWorkPolicy policy, PeriodicWorkRequest request);
    public abstract Operation cancelUniqueWork(String name);
}
