package androidx.activity;

public final class OnBackPressedDispatcher {
    public void addCallback(Object owner, OnBackPressedCallback callback) { }
}
