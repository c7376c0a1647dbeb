package androidx.work;

public final class Constraints {
    public static final class Builder {
        public Builder setRequiredNetworkType(NetworkType type) { throw new RuntimeException(); }
        public Builder setRequiresBatteryNotLow(boolean required) { throw new RuntimeException(); }
        public Constraints build() { throw new RuntimeException(); }
    }
}
