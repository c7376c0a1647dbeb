package android.security;

/** API 33. */
public class KeyStoreException extends Exception {
    public static final int ERROR_USER_AUTHENTICATION_REQUIRED = 2;

    public int getNumericErrorCode() { throw new RuntimeException(); }

    public boolean isTransientFailure() { throw new RuntimeException(); }
}
