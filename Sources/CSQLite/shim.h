/* The system's libsqlite3, and the few things of it that Swift cannot import. */
#ifndef TRUEUP_CSQLITE_SHIM_H
#define TRUEUP_CSQLITE_SHIM_H
#include <sqlite3.h>

/* SQLITE_TRANSIENT is a cast of -1, which Swift does not see: SQLite copies the text before it returns. */
static inline int trueup_bind_text(sqlite3_stmt *statement, int index, const char *text, int bytes) {
  return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}

/* sqlite3_db_config is variadic: turn one switch on or off. */
static inline int trueup_db_switch(sqlite3 *db, int operation, int on) {
  return sqlite3_db_config(db, operation, on, (int *)0);
}

/* sqlite3_config is variadic: leave out the count of bytes in use, for which every malloc of every connection takes one
   lock. To be called before anything else of the library. */
static inline int trueup_leave_memory_uncounted(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
#endif
