package androidx.work;

import java.util.concurrent.TimeUnit;

public abstract class WorkRequest {
    public abstract static class Builder<B extends Builder<B, ?>, W extends WorkRequest> {
        public final B setConstraints(Constraints constraints) { throw new RuntimeException(); }
        public B setInitialDelay(long duration, TimeUnit unit) { throw new RuntimeException(); }
        public final B setBackoffCriteria(BackoffPolicy policy, long delay, TimeUnit unit) { throw new RuntimeException(); }
        public final W build() { throw new RuntimeException(); }
    }
}
