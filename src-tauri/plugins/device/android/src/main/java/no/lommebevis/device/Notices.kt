package no.lommebevis.device

import android.app.AlarmManager
import android.app.Notification
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.os.Build

/**
 * The app's notices where there is no activity, which the notification plugin (2.8) asks for. What waits for its time it
 * has handed to the system: an alarm each, by its number, and an entry in its preferences, from which they come back
 * after a restart.
 */
internal object Notices {
    private const val PUBLISHER = "app.tauri.notification.TimedNotificationPublisher"
    private const val STORE = "NOTIFICATION_STORE"
    private const val CHANNEL = "default"

    /** Those that say that the card waits to be brought up to date: `UNTIL_REFRESHED` of `notices/system.rs`. */
    private val OUTDATED = 1..32

    /** Downwards from here, as the app numbers what it shows at once from 1001 on, and takes back up to this one. */
    private const val LAST_SHOWN = 1064

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

    /** As the plugin shows them, in the channel that it made when the app was first opened. */
    fun show(context: Context, due: List<RefreshAnswer.Due>) {
        val manager = context.getSystemService(NotificationManager::class.java) ?: return
        due.forEachIndexed { index, notice ->
            val shown =
                Notification.Builder(context, CHANNEL)
                    .setContentTitle(notice.title)
                    .setContentText(notice.body)
                    .setSmallIcon(android.R.drawable.ic_dialog_info)
                    .setContentIntent(open(context))
                    .setAutoCancel(true)
                    .build()
            // Without the person's leave the system shows nothing.
            manager.notify(LAST_SHOWN - index, shown)
        }
    }

    private fun open(context: Context): PendingIntent? {
        val app = context.packageManager.getLaunchIntentForPackage(context.packageName) ?: return null
        return PendingIntent.getActivity(context, 0, app, PendingIntent.FLAG_IMMUTABLE)
    }

    /** The same to the system as the plugin's: class, number, and whether it may be changed. Null if there is none. */
    private fun alarm(context: Context, number: Int): PendingIntent? {
        val intent = Intent().setClassName(context, PUBLISHER)
        val mutable = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) PendingIntent.FLAG_MUTABLE else 0
        return PendingIntent.getBroadcast(context, number, intent, PendingIntent.FLAG_NO_CREATE or mutable)
    }
}
