package no.lommebevis.device

import java.io.File
import java.security.ProviderException
import java.util.Base64
import org.json.JSONObject

/** What Rust writes is read, and what it reads is written: the same fixtures as the tests of `src/key_messages.rs`. */
fun main(args: Array<String>) {
    val fixtures = JSONObject(File(args[0]).readText())
    val requests = fixtures.getJSONObject("requests")
    val expected =
        mapOf(
            "generate_for_session" to "generate true false",
            "generate_for_credential" to "generate false true",
            "sign" to "sign c0ffee-1_A 0001ff686569",
            "names" to "names",
            "delete" to "delete c0ffee-1_A",
        )
    same("all requests", requests.keys().asSequence().toSet(), expected.keys)
    for ((name, wanted) in expected) same(name, said(KeyRequest.parse(requests.getString(name))), wanted)

    val refused = fixtures.getJSONObject("refused")
    for (name in refused.keys()) {
        val outcome = runCatching { KeyRequest.parse(refused.getString(name)) }
        check(outcome.exceptionOrNull() is IllegalArgumentException) { "$name is not refused" }
    }
    check(runCatching { KeyRequest.parse("{") }.exceptionOrNull() is IllegalArgumentException) { "half a request" }

    val answers = fixtures.getJSONObject("answers")
    val public = Base64.getDecoder().decode(answers.getJSONObject("made_in_hardware").getString("public"))
    val secret = "what the message says"
    val given =
        mapOf(
            "made_in_hardware" to KeyAnswer.made("c0ffee-1_A", public, true),
            "made_in_software" to KeyAnswer.made("c0ffee-1_A", public, false),
            "signed" to KeyAnswer.signed(byteArrayOf(0x30, 6, 2, 1, 1, 2, 1, 2)),
            "names" to KeyAnswer.names(listOf("c0ffee-1_A", "d00d")),
            "no_names" to KeyAnswer.names(emptyList()),
            "deleted" to KeyAnswer.deleted(),
            "gone" to KeyAnswer.failed(Failure.GONE, null),
            "locked" to KeyAnswer.failed(Failure.LOCKED, IllegalStateException(secret)),
            "failed" to KeyAnswer.failed(Failure.FAILED, ProviderException(secret)),
        )
    same("all answers", answers.keys().asSequence().toSet(), given.keys)
    for ((name, answer) in given) {
        val wanted = answers.getJSONObject(name)
        val json = JSONObject(answer)
        same(name, json.keys().asSequence().toSet(), wanted.keys().asSequence().toSet())
        for (key in wanted.keys()) same("$name.$key", json.get(key).toString(), wanted.get(key).toString())
        check(secret !in answer) { "$name carries the message" }
    }
    // ERROR_INTERNAL_SYSTEM_ERROR is 4, ERROR_KEYMINT_FAILURE 10, ERROR_OTHER 1: they say nothing of the key.
    for (code in 0..20) {
        val wanted = mapOf(2 to Failure.LOCKED, 6 to Failure.GONE, 7 to Failure.GONE)[code] ?: Failure.FAILED
        same("number $code", Failure.ofCode(code, false), wanted)
        val passing = if (wanted == Failure.GONE) Failure.FAILED else wanted
        same("number $code that passes", Failure.ofCode(code, true), passing)
    }
    println("key messages: ${expected.size + refused.length() + 1 + given.size} checks passed")
}

private fun said(request: KeyRequest): String =
    when (request) {
        is KeyRequest.Generate -> "generate ${request.forSession} ${request.userPresence}"
        is KeyRequest.Sign -> "sign ${request.name} ${request.message.joinToString("") { "%02x".format(it) }}"
        is KeyRequest.Delete -> "delete ${request.name}"
        is KeyRequest.Names -> "names"
    }

private fun same(what: String, is_: Any, wanted: Any) = check(is_ == wanted) { "$what: $is_ is not $wanted" }
