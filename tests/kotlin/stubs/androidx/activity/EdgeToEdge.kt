package androidx.activity

import androidx.appcompat.app.AppCompatActivity

fun AppCompatActivity.enableEdgeToEdge(): Unit = throw RuntimeException()
