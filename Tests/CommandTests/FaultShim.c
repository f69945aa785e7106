// Makes the n-th call that changes a file fail. FaultTests.swift compiles it and preloads it into the command.
//
//   FAULT_FOLDER  calls on regular files below it count, and renames to a name below it
//   FAULT_KINDS   which of write, sync, rename, truncate count, with commas between them
//   FAULT_AT      the number of the call that fails, from 1; 0 for none, and then the note has a line for each call
//   FAULT_CODE    the errno that it gives
//   FAULT_ON      1: all later calls fail too
//   FAULT_NOTE    the file to which the kind and path of each call that failed is appended
//   FAULT_ZLIB    what zlib's deflate answers, instead of compressing anything
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *folder, *kinds, *note;
static long at;
static int code, goes_on;
static atomic_long counted;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_environment(void) {
  const char *number = getenv("FAULT_AT"), *error = getenv("FAULT_CODE");
  folder = getenv("FAULT_FOLDER"), kinds = getenv("FAULT_KINDS"), note = getenv("FAULT_NOTE");
  at = number ? atol(number) : 0, code = error ? atoi(error) : EIO, goes_on = getenv("FAULT_ON") != NULL;
}

// By system calls, since the library's own are replaced here. One write, so that lines of two threads do not mix.
static void write_note(const char *kind, const char *path) {
  char line[PATH_MAX + 32];
  int length = snprintf(line, sizeof line, "%s %s\n", kind, path);
  int file = (int)syscall(SYS_openat, AT_FDCWD, note, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return;
  syscall(SYS_write, file, line, length);
  syscall(SYS_close, file);
}

static int fails(const char *kind, const char *path) {
  size_t length = strlen(folder);
  if (strncmp(path, folder, length) != 0 || path[length] != '/' || !strstr(kinds, kind)) return 0;
  long number = atomic_fetch_add(&counted, 1) + 1;
  int fires = at > 0 && (number == at || (goes_on && number > at));
  if (fires || at == 0) write_note(kind, path);
  if (fires) errno = code;
  return fires;
}

static int is_on(void) {
  pthread_once(&once, read_environment);
  return folder && kinds && note;
}

static int fails_on_file(const char *kind, int file) {
  struct stat information;
  char link[32], path[PATH_MAX];
  int before = errno;
  if (!is_on() || fstat(file, &information) != 0 || !S_ISREG(information.st_mode)) return errno = before, 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return errno = before, 0;
  path[length] = 0;
  return fails(kind, path);
}

#define REAL(name) ((__typeof__(&name))real(&real_##name, #name))
static void *real(void *_Atomic *known, const char *name) {
  void *found = atomic_load(known);
  if (!found) atomic_store(known, found = dlsym(RTLD_NEXT, name));
  return found;
}
#define ON_FILE(kind, result, name, parameters, arguments) \
  static void *_Atomic real_##name; \
  result name parameters { return fails_on_file(kind, file) ? -1 : REAL(name) arguments; }
#define ON_NAME(name, parameters, arguments) \
  static void *_Atomic real_##name; \
  int name parameters { return is_on() && fails("rename", to) ? -1 : REAL(name) arguments; }

ON_FILE("write", ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
ON_FILE("write", ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t place), (file, bytes, count, place))
ON_FILE("write", ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t place), (file, bytes, count, place))
ON_FILE("write", ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
ON_FILE("sync", int, fsync, (int file), (file))
ON_FILE("sync", int, fdatasync, (int file), (file))
ON_FILE("truncate", int, ftruncate, (int file, off_t length), (file, length))
ON_FILE("truncate", int, ftruncate64, (int file, off64_t length), (file, length))
static void *_Atomic real_deflate;
int deflate(void *stream, int flush) {
  const char *answer = getenv("FAULT_ZLIB");
  return answer ? atoi(answer) : ((int (*)(void *, int))real(&real_deflate, "deflate"))(stream, flush);
}

ON_NAME(rename, (const char *from, const char *to), (from, to))
ON_NAME(renameat, (int old, const char *from, int new, const char *to), (old, from, new, to))
