/* Enough of the C library's header to type-check ring for a phone without its SDK; nothing made with it is ever run. */
#define assert(x) ((void)0)
