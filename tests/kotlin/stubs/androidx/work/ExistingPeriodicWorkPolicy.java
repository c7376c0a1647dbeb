package androidx.work;

public enum ExistingPeriodicWorkPolicy { @Deprecated REPLACE, KEEP, UPDATE, CANCEL_AND_REENQUEUE }
