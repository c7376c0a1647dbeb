package no.lommebevis.device

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import java.security.KeyFactory
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.Signature
import java.security.UnrecoverableKeyException
import java.security.spec.ECGenParameterSpec
import java.util.UUID

/**
 * P-256 keys of the Android Keystore, which signs with them and gives none of them out.
 *
 * Not commands of the plugin: the refresh in the background needs them where there is no activity. Rust calls [call]
 * through the JVM, from any thread of its own.
 */
object HolderKeys {
    private const val STORE = "AndroidKeyStore"

    /** Before the names of our keys: other parts of the app keep theirs in the same store. */
    private const val OURS = "holder."

    /** How long after the owner has unlocked or confirmed a key with user presence signs, in seconds. */
    private const val PRESENT_FOR = 30

    /** One of [KeyRequest] in, one of [KeyAnswer] out. Throws nothing, and may take seconds. */
    @JvmStatic
    fun call(request: String): String =
        try {
            when (val asked = KeyRequest.parse(request)) {
                is KeyRequest.Generate -> generate(asked)
                is KeyRequest.Sign -> sign(asked)
                is KeyRequest.Delete -> delete(asked.name)
                is KeyRequest.Names -> names()
            }
        } catch (thrown: Exception) {
            KeyAnswer.failed(why(thrown), thrown)
        }

    private fun generate(asked: KeyRequest.Generate): String {
        val name = UUID.randomUUID().toString()
        // A StrongBox makes a key in seconds and has few places. There is one key to a login, and credentials have
        // theirs by the dozen, which the trusted execution environment makes in no time.
        val pair = (if (asked.forSession) makeInStrongBox(name, asked) else null) ?: make(spec(name, asked).build())
        return KeyAnswer.made(name, pair.public.encoded, isInHardware(pair.private))
    }

    /** Null where there is no StrongBox, or it is full or busy: what it says then differs from phone to phone. */
    private fun makeInStrongBox(name: String, asked: KeyRequest.Generate): KeyPair? {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) return null
        return try {
            make(spec(name, asked).setIsStrongBoxBacked(true).build())
        } catch (_: ProviderException) {
            // StrongBoxUnavailableException is one of them.
            null
        }
    }

    private fun make(spec: KeyGenParameterSpec): KeyPair {
        val generator = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, STORE)
        generator.initialize(spec)
        return generator.generateKeyPair()
    }

    /**
     * `setUnlockedDeviceRequired` stays off: a refresh while the phone lies locked in a bag signs too, and what it signs
     * is no more than that this phone asks for its owner's own card.
     */
    private fun spec(name: String, asked: KeyRequest.Generate): KeyGenParameterSpec.Builder {
        val spec =
            KeyGenParameterSpec.Builder(OURS + name, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                .setDigests(KeyProperties.DIGEST_SHA256)
        if (asked.userPresence) askOwner(spec)
        return spec
    }

    private fun askOwner(spec: KeyGenParameterSpec.Builder) {
        spec.setUserAuthenticationRequired(true)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            spec.setUserAuthenticationParameters(
                PRESENT_FOR,
                KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL,
            )
        } else {
            @Suppress("DEPRECATION") spec.setUserAuthenticationValidityDurationSeconds(PRESENT_FOR)
        }
    }

    private fun isInHardware(key: PrivateKey): Boolean {
        val info = KeyFactory.getInstance(key.algorithm, STORE).getKeySpec(key, KeyInfo::class.java)
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) {
            @Suppress("DEPRECATION")
            return info.isInsideSecureHardware
        }
        return when (info.securityLevel) {
            KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT,
            KeyProperties.SECURITY_LEVEL_STRONGBOX,
            KeyProperties.SECURITY_LEVEL_UNKNOWN_SECURE -> true
            else -> false
        }
    }

    private fun sign(asked: KeyRequest.Sign): String {
        val key = store().getKey(OURS + asked.name, null) as? PrivateKey ?: return KeyAnswer.failed(Failure.GONE, null)
        val signature = Signature.getInstance("SHA256withECDSA")
        signature.initSign(key)
        signature.update(asked.message)
        return KeyAnswer.signed(signature.sign())
    }

    private fun delete(name: String): String {
        val store = store()
        // Of one that is not there some versions throw.
        if (store.containsAlias(OURS + name)) store.deleteEntry(OURS + name)
        return KeyAnswer.deleted()
    }

    private fun names(): String =
        KeyAnswer.names(store().aliases().toList().filter { it.startsWith(OURS) }.map { it.removePrefix(OURS) })

    private fun store(): KeyStore = KeyStore.getInstance(STORE).apply { load(null) }

    private fun why(thrown: Exception): Failure =
        when (thrown) {
            is KeyPermanentlyInvalidatedException,
            is UnrecoverableKeyException -> Failure.GONE
            // The owner has not unlocked or confirmed for too long, which a locked device is too.
            is UserNotAuthenticatedException -> Failure.LOCKED
            else -> if (isLocked(thrown.cause)) Failure.LOCKED else Failure.FAILED
        }

    /** `sign` wraps what the Keystore says in a `SignatureException`. */
    private fun isLocked(cause: Throwable?): Boolean =
        cause is UserNotAuthenticatedException ||
            (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU &&
                cause is android.security.KeyStoreException &&
                cause.numericErrorCode == android.security.KeyStoreException.ERROR_USER_AUTHENTICATION_REQUIRED)
}
