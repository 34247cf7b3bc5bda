// Loaded before libc (LD_PRELOAD): from the allocation number FAIL_AT on, of those behind the
// first call of signal() (main's first), memory is short: for ever, or with FAIL_ONCE that
// once. Without FAIL_AT their number is written to FAIL_COUNT.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);

static unsigned long calls;
static unsigned long fail_at;
static int is_once;
static int has_begun;

__attribute__((constructor)) static void begin(void) {
  const char* text = getenv("FAIL_AT");
  fail_at = text ? strtoul(text, NULL, 10) : 0;
  is_once = getenv("FAIL_ONCE") != NULL;
}

__attribute__((destructor)) static void end(void) {
  const char* path = getenv("FAIL_COUNT");
  has_begun = 0;
  FILE* file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%lu\n", calls);
  fclose(file);
}

sighandler_t signal(int number, sighandler_t handler) {
  sighandler_t (*real)(int, sighandler_t) =
      (sighandler_t(*)(int, sighandler_t))dlsym(RTLD_NEXT, "signal");
  has_begun = 1;
  return real(number, handler);
}

static int is_short(void) {
  if (!has_begun) return 0;
  const unsigned long call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
  if (fail_at == 0 || call < fail_at || (is_once && call > fail_at)) return 0;
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t size) { return is_short() ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return is_short() ? NULL : __libc_calloc(count, size); }
void* realloc(void* old, size_t size) { return is_short() ? NULL : __libc_realloc(old, size); }
