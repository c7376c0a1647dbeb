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
import java.security.spec.ECGenParameterSpec
import java.security.spec.X509EncodedKeySpec
import java.util.UUID

/**
 * P-256 keys of the Android Keystore, which signs with them and gives none of them out.
 *
 * Not commands of the plugin: the refresh in the background needs them where there is no activity. Rust calls [call]
 * through the JVM, from any thread of its own.
 */
object HolderKeys {
    private const val STORE = "AndroidKeyStore"
    private const val ALGORITHM = "SHA256withECDSA"

    /** Before the names of our keys: other parts of the app keep theirs in the same store. */
    private const val OURS = "holder."

    /** How long after the owner has unlocked or confirmed a key with user presence signs, in seconds. */
    private const val PRESENT_FOR = 30

    /** A Keystore that was busy has got over it after so long, in milliseconds. */
    private const val BEFORE_ASKING_AGAIN = 300L

    /** Causes of causes are looked at so deep. */
    private const val DEEPEST = 8

    /** What a new key signs first, for nobody. */
    private val TRIAL = "lommebevis".toByteArray()

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

    /**
     * Null where there is no StrongBox, or it is full or busy, or does not sign with what it makes: what it says then
     * differs from phone to phone. A key of the trusted execution environment is tried by who asked for it.
     */
    private fun makeInStrongBox(name: String, asked: KeyRequest.Generate): KeyPair? {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) return null
        return try {
            val pair = make(spec(name, asked).setIsStrongBoxBacked(true).build())
            // Nobody is asked for a trial.
            if (asked.userPresence || signs(pair)) return pair
            delete(name)
            null
        } catch (_: ProviderException) {
            // StrongBoxUnavailableException is one of them.
            null
        }
    }

    private fun signs(pair: KeyPair): Boolean = signsNow(pair) || Thread.sleep(BEFORE_ASKING_AGAIN).let { signsNow(pair) }

    private fun signsNow(pair: KeyPair): Boolean =
        try {
            // The public half as a plain key, which the Keystore has nothing to do with.
            val public = KeyFactory.getInstance("EC").generatePublic(X509EncodedKeySpec(pair.public.encoded))
            val signature = Signature.getInstance(ALGORITHM)
            signature.initVerify(public)
            signature.update(TRIAL)
            signature.verify(signed(pair.private, TRIAL))
        } catch (_: Exception) {
            false
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

    /** Twice if it fails for no reason of the key's: the Keystore is another process, and busy for all apps at times. */
    private fun sign(asked: KeyRequest.Sign): String =
        try {
            signNow(asked)
        } catch (thrown: Exception) {
            if (why(thrown) != Failure.FAILED) throw thrown
            Thread.sleep(BEFORE_ASKING_AGAIN)
            signNow(asked)
        }

    private fun signNow(asked: KeyRequest.Sign): String {
        val key = store().getKey(OURS + asked.name, null) as? PrivateKey ?: return KeyAnswer.failed(Failure.GONE, null)
        return KeyAnswer.signed(signed(key, asked.message))
    }

    private fun signed(key: PrivateKey, message: ByteArray): ByteArray {
        val signature = Signature.getInstance(ALGORITHM)
        signature.initSign(key)
        signature.update(message)
        return signature.sign()
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

    /**
     * A key is gone only where that is said outright. `getKey` throws `UnrecoverableKeyException` for every trouble there
     * is with the Keystore, of which most pass; and `initSign` and `sign` wrap what it says in exceptions of their own.
     */
    private fun why(thrown: Throwable): Failure =
        generateSequence(thrown) { it.cause }.take(DEEPEST).firstNotNullOfOrNull(::saidBy) ?: Failure.FAILED

    private fun saidBy(thrown: Throwable): Failure? =
        when {
            thrown is KeyPermanentlyInvalidatedException -> Failure.GONE
            // The owner has not unlocked or confirmed for too long, which a locked device is too.
            thrown is UserNotAuthenticatedException -> Failure.LOCKED
            Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU && thrown is android.security.KeyStoreException ->
                Failure.ofCode(thrown.numericErrorCode, thrown.isTransientFailure)
            else -> null
        }
}
