package no.lommebevis.device

import java.io.File
import no.lommebevis.device.RefreshAnswer.Ended
import org.json.JSONObject

/** What Rust says of a refresh is read: the same fixtures as the test of `src-tauri/src/background/answer.rs`. */
fun main(args: Array<String>) {
    val fixtures = JSONObject(File(args[0]).readText())
    val expected =
        mapOf(
            "fresh" to Triple(Ended.FRESH, false, listOf("Lommebevis: Beviset ditt er klart.")),
            "by_the_app" to Triple(Ended.FRESH, true, emptyList()),
            "nobody" to Triple(Ended.NOBODY, false, emptyList()),
            "later" to Triple(Ended.LATER, false, emptyList()),
        )
    check(fixtures.keys().asSequence().toSet() == expected.keys) { "not all answers are known" }
    for ((name, wanted) in expected) {
        val answer = RefreshAnswer.parse(fixtures.getString(name))
        val read = Triple(answer.ended, answer.byApp, answer.notices.map { "${it.title}: ${it.body}" })
        check(read == wanted) { "$name: $read is not $wanted" }
    }
    val others = listOf(null, "", "{", "{}", """{"ended":"well","by_app":false,"notices":[]}""", """{"ended":"fresh","by_app":false}""")
    for (other in others) check(RefreshAnswer.parse(other).ended == Ended.LATER) { "$other is taken for an answer" }
    println("refresh answers: ${expected.size + others.size} checks passed")
}
