package no.lommebevis.device

import android.app.AlarmManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.os.Build

/**
 * Notices that wait for their time, as the notification plugin (2.8) has handed them to the system: an alarm each, by its
 * number, and an entry in its preferences, from which they come back after a restart. The plugin's own way to take them
 * back needs an activity.
 */
internal object WaitingNotices {
    private const val PUBLISHER = "app.tauri.notification.TimedNotificationPublisher"
    private const val STORE = "NOTIFICATION_STORE"

    /** Those that say that the card waits to be brought up to date: `OUTDATED_BY_REFRESH` of `notices/system.rs`. */
    private val OUTDATED = 1..32

    /** What is due anew the app plans when it is opened. */
    fun takeBackOutdated(context: Context) {
        val alarms = context.getSystemService(AlarmManager::class.java)
        val stored = context.getSharedPreferences(STORE, Context.MODE_PRIVATE).edit()
        for (number in OUTDATED) {
            alarm(context, number)?.let {
                alarms?.cancel(it)
                it.cancel()
            }
            stored.remove(number.toString())
        }
        stored.apply()
    }

    /** The same to the system as the plugin's: class, number, and whether it may be changed. Null if there is none. */
    private fun alarm(context: Context, number: Int): PendingIntent? {
        val intent = Intent().setClassName(context, PUBLISHER)
        val mutable = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) PendingIntent.FLAG_MUTABLE else 0
        return PendingIntent.getBroadcast(context, number, intent, PendingIntent.FLAG_NO_CREATE or mutable)
    }
}
