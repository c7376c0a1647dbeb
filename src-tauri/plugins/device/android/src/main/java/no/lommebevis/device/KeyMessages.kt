package no.lommebevis.device

import java.util.Base64
import org.json.JSONArray
import org.json.JSONException
import org.json.JSONObject

/** What Rust asks of the keys: `src/key_messages.rs` writes it. Nothing of Android's in here, so that it runs anywhere. */
internal sealed class KeyRequest {
    class Generate(val forSession: Boolean, val userPresence: Boolean) : KeyRequest()

    class Sign(val name: String, val message: ByteArray) : KeyRequest()

    class Delete(val name: String) : KeyRequest()

    object Names : KeyRequest()

    companion object {
        private val NAME = Regex("[A-Za-z0-9_-]{1,64}")

        /** Throws [IllegalArgumentException] without a word of what was asked. */
        fun parse(text: String): KeyRequest =
            try {
                val json = JSONObject(text)
                when (json.getString("do")) {
                    "generate" -> Generate(isForSession(json.getString("use")), json.getBoolean("user_presence"))
                    "sign" -> Sign(name(json), Base64.getDecoder().decode(json.getString("message")))
                    "delete" -> Delete(name(json))
                    "names" -> Names
                    else -> throw IllegalArgumentException("no such request")
                }
            } catch (_: JSONException) {
                throw IllegalArgumentException("not a request")
            }

        private fun isForSession(use: String): Boolean =
            when (use) {
                "session" -> true
                "credential" -> false
                else -> throw IllegalArgumentException("no such use")
            }

        private fun name(json: JSONObject): String {
            val name = json.getString("name")
            require(NAME.matches(name)) { "not a name" }
            return name
        }
    }
}

/** What Rust is answered: `src/key_messages.rs` reads it. */
internal object KeyAnswer {
    /** [publicKey] as SubjectPublicKeyInfo (RFC 5480). */
    fun made(name: String, publicKey: ByteArray, inHardware: Boolean): String =
        JSONObject()
            .put("name", name)
            .put("public", base64(publicKey))
            .put("protection", if (inHardware) "hardware" else "key_store")
            .toString()

    /** [der] as Android signs: an ECDSA-Sig-Value (RFC 3279 2.2.3). */
    fun signed(der: ByteArray): String = JSONObject().put("signature", base64(der)).toString()

    fun names(names: List<String>): String = JSONObject().put("names", JSONArray(names)).toString()

    fun deleted(): String = JSONObject().toString()

    /** The class of what was thrown and never its message, which may name what it was about. */
    fun failed(why: Failure, thrown: Throwable?): String {
        val answer = JSONObject().put("error", why.word)
        if (thrown != null) answer.put("cause", thrown.javaClass.name)
        return answer.toString()
    }

    private fun base64(bytes: ByteArray): String = Base64.getEncoder().encodeToString(bytes)
}

/** Why nothing came of it, in the words of `HolderKeyError`. */
internal enum class Failure(val word: String) {
    GONE("gone"),
    LOCKED("locked"),
    FAILED("failed");

    companion object {
        /** What `android.security.KeyStoreException` (API 33) means by a number of its own. */
        fun ofCode(code: Int, passes: Boolean): Failure =
            when {
                // ERROR_USER_AUTHENTICATION_REQUIRED
                code == 2 -> LOCKED
                // ERROR_KEY_DOES_NOT_EXIST, ERROR_KEY_CORRUPTED
                !passes && (code == 6 || code == 7) -> GONE
                else -> FAILED
            }
    }
}
