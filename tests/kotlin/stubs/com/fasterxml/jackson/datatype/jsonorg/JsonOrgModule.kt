package com.fasterxml.jackson.datatype.jsonorg

import com.fasterxml.jackson.databind.module.SimpleModule

/** In Kotlin, whose compiler reads Debian's Jackson also where Java's is older than that. */
class JsonOrgModule : SimpleModule()
