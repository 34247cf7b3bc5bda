/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "unsent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { kLongestWait = 10000, kMostText = 1000, kMostHead = 100 };
#define MOST_ANSWER ((size_t)8 << 20)

/* One process at the other end of a socket that is its standard input and output. It says "ready
 * MOST" with the most bytes of a message that it looks at, or "error SIZE" and why. To
 * "judge SIZE SENDER-SIZE RECIPIENT-SIZE", sizes in bytes and -1 for what is not known, and what
 * they count, it answers "NAME REASON-SIZE JSON-SIZE" and these. */
struct unsent_judge {
  char *program, *config, *ledger;
  unsigned milliseconds;
  pid_t child;   /* 0: none */
  pid_t owner;   /* the process that started it */
  int socket;    /* -1: none */
  size_t most;   /* bytes of a message that are sent */
  char *answer;  /* reason and JSON, each with its NUL */
  const char *reason, *json;
};

static const char *const kNames[] = {"not judged", "genuine", "backscatter", "unverified", "ordinary"};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Sets the reason; returns false. */
static int failed(unsent_judge *judge, const char *format, ...) {
  va_list values;
  free(judge->answer);
  judge->answer = NULL;
  judge->json = "{}";
  va_start(values, format);
  if (vasprintf(&judge->answer, format, values) < 0) judge->answer = NULL;
  va_end(values);
  judge->reason = judge->answer != NULL ? judge->answer : "out of memory";
  return 0;
}

/* A child of another process, before a fork, is left to that one. */
static void stop(unsent_judge *judge) {
  int status;
  if (judge->socket >= 0) close(judge->socket);
  judge->socket = -1;
  if (judge->child > 0 && judge->owner == getpid()) {
    kill(judge->child, SIGKILL);
    while (waitpid(judge->child, &status, 0) < 0 && errno == EINTR) continue;
  }
  judge->child = 0;
}

static int wait_for(unsent_judge *judge, short what, int64_t until) {
  for (;;) {
    const int64_t left = until - now();
    struct pollfd one = {judge->socket, what, 0};
    if (left <= 0) return failed(judge, "not judged within %u ms", judge->milliseconds);
    const int ready = poll(&one, 1, (int)left);
    if (ready > 0) return 1;
    if (ready < 0 && errno != EINTR) return failed(judge, "poll: %s", strerror(errno));
  }
}

static int send_all(unsent_judge *judge, const void *bytes, size_t size, int64_t until) {
  const char *at = bytes;
  while (size > 0) {
    const ssize_t count = send(judge->socket, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      at += count;
      size -= (size_t)count;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_for(judge, POLLOUT, until)) return 0;
    } else if (errno != EINTR) {
      return failed(judge, "the judging process has died");
    }
  }
  return 1;
}

static int receive_all(unsent_judge *judge, char *bytes, size_t size, int64_t until) {
  while (size > 0) {
    const ssize_t count = recv(judge->socket, bytes, size, MSG_DONTWAIT);
    if (count > 0) {
      bytes += count;
      size -= (size_t)count;
    } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!wait_for(judge, POLLIN, until)) return 0;
    } else if (count == 0 || errno != EINTR) {
      return failed(judge, "the judging process has died");
    }
  }
  return 1;
}

/* A line of at most kMostHead bytes, without its end. */
static int receive_head(unsent_judge *judge, char *head, int64_t until) {
  size_t size = 0;
  for (; size < kMostHead; ++size) {
    if (!receive_all(judge, head + size, 1, until)) return 0;
    if (head[size] != '\n') continue;
    head[size] = '\0';
    return 1;
  }
  return failed(judge, "the judging process says something else");
}

static int spawn(unsent_judge *judge, int theirs) {
  const char *arguments[8];
  size_t count = 0;
  posix_spawn_file_actions_t actions;
  arguments[count++] = judge->program;
  if (judge->config != NULL) {
    arguments[count++] = "--config";
    arguments[count++] = judge->config;
  }
  arguments[count++] = "judge";
  if (judge->ledger != NULL) {
    arguments[count++] = "--ledger";
    arguments[count++] = judge->ledger;
  }
  arguments[count] = NULL;
  if (posix_spawn_file_actions_init(&actions) != 0) return failed(judge, "out of memory");
  posix_spawn_file_actions_adddup2(&actions, theirs, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, theirs, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const int error = posix_spawn(&judge->child, judge->program, &actions, NULL,
                                (char *const *)arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return 1;
  judge->child = 0;
  return failed(judge, "%s: %s", judge->program, strerror(error));
}

static int receive_greeting(unsent_judge *judge, int64_t until) {
  char head[kMostHead + 1];
  size_t size = 0;
  if (!receive_head(judge, head, until)) return failed(judge, "%s: it does not start", judge->program);
  if (sscanf(head, "ready %zu", &judge->most) == 1) return 1;
  if (sscanf(head, "error %zu", &size) == 1 && size < MOST_ANSWER) {
    char *text = calloc(size + 1, 1);
    if (text != NULL && receive_all(judge, text, size, until)) failed(judge, "%s", text);
    free(text);
    return 0;
  }
  return failed(judge, "%s: no `unsent judge`", judge->program);
}

static int start(unsent_judge *judge, int64_t until) {
  int ends[2];
  if (judge->socket >= 0 && judge->owner == getpid()) return 1;
  stop(judge);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return failed(judge, "socketpair: %s", strerror(errno));
  judge->socket = ends[0];
  judge->owner = getpid();
  /* Standard input of this process may be closed: then its number must not be the socket's. */
  const int theirs = ends[1] > STDERR_FILENO ? ends[1] : fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
  const int is_started = spawn(judge, theirs);
  if (theirs != ends[1]) close(theirs);
  close(ends[1]);
  if (is_started && receive_greeting(judge, until)) return 1;
  stop(judge);
  return 0;
}

/* The member of a struct of that size, or 0 where an older caller has none. */
#define MEMBER(pointer, type, member)                                                         \
  ((pointer) != NULL && (pointer)->size >= offsetof(type, member) + sizeof((pointer)->member) \
       ? (pointer)->member                                                                    \
       : 0)

static char *copy_of(const char *text) { return text != NULL ? strdup(text) : NULL; }

unsent_judge *unsent_open(const unsent_options *options, char *error, size_t error_size) {
  unsent_judge *judge = calloc(1, sizeof *judge);
  if (judge == NULL) {
    if (error != NULL) snprintf(error, error_size, "out of memory");
    return NULL;
  }
  const char *program = MEMBER(options, unsent_options, program);
  judge->socket = -1;
  judge->program = copy_of(program != NULL ? program : UNSENT_PROGRAM);
  judge->config = copy_of(MEMBER(options, unsent_options, config));
  judge->ledger = copy_of(MEMBER(options, unsent_options, ledger));
  judge->milliseconds = MEMBER(options, unsent_options, milliseconds);
  if (judge->milliseconds == 0) judge->milliseconds = kLongestWait;
  judge->reason = "";
  judge->json = "{}";
  if (judge->program != NULL && start(judge, now() + judge->milliseconds)) return judge;
  if (error != NULL) snprintf(error, error_size, "%s", judge->reason);
  unsent_close(judge);
  return NULL;
}

static int send_request(unsent_judge *judge, const void *bytes, size_t size,
                        const unsent_envelope *envelope, int64_t until) {
  const char *sender = MEMBER(envelope, unsent_envelope, sender);
  const char *recipient = MEMBER(envelope, unsent_envelope, recipient);
  const size_t sender_size = sender != NULL ? strnlen(sender, kMostText + 1) : 0;
  const size_t recipient_size = recipient != NULL ? strnlen(recipient, kMostText + 1) : 0;
  char head[kMostHead];
  if (sender_size > kMostText || recipient_size > kMostText)
    return failed(judge, "an envelope address is too long");
  if (size > judge->most) size = judge->most;
  const int length = snprintf(head, sizeof head, "judge %zu %ld %ld\n", size,
                              sender != NULL ? (long)sender_size : -1L,
                              recipient != NULL ? (long)recipient_size : -1L);
  return send_all(judge, head, (size_t)length, until) &&
         send_all(judge, sender, sender_size, until) &&
         send_all(judge, recipient, recipient_size, until) && send_all(judge, bytes, size, until);
}

static unsent_verdict verdict_named(const char *name) {
  for (int i = UNSENT_GENUINE; i <= UNSENT_ORDINARY; ++i)
    if (strcmp(name, kNames[i]) == 0) return (unsent_verdict)i;
  return UNSENT_NOT_JUDGED;
}

static unsent_verdict receive_answer(unsent_judge *judge, int64_t until) {
  char head[kMostHead + 1];
  char name[32];
  size_t reason = 0;
  size_t json = 0;
  if (!receive_head(judge, head, until)) return UNSENT_NOT_JUDGED;
  if (sscanf(head, "%31s %zu %zu", name, &reason, &json) != 3 || reason > MOST_ANSWER ||
      json > MOST_ANSWER) {
    failed(judge, "the judging process says something else");
    return UNSENT_NOT_JUDGED;
  }
  char *answer = calloc(reason + json + 2, 1);
  if (answer == NULL || !receive_all(judge, answer, reason, until) ||
      !receive_all(judge, answer + reason + 1, json, until)) {
    if (answer == NULL) failed(judge, "out of memory");
    free(answer);
    return UNSENT_NOT_JUDGED;
  }
  free(judge->answer);
  judge->answer = answer;
  judge->reason = answer;
  judge->json = answer + reason + 1;
  return verdict_named(name);
}

unsent_verdict unsent_judge_message(unsent_judge *judge, const void *bytes, size_t size,
                                    const unsent_envelope *envelope) {
  const int64_t until = now() + judge->milliseconds;
  unsent_verdict verdict = UNSENT_NOT_JUDGED;
  if (!start(judge, until)) return UNSENT_NOT_JUDGED;
  if (send_request(judge, bytes, size, envelope, until)) verdict = receive_answer(judge, until);
  /* Out of step, or dead. */
  if (verdict == UNSENT_NOT_JUDGED) stop(judge);
  return verdict;
}

const char *unsent_reason(const unsent_judge *judge) { return judge->reason; }

const char *unsent_json(const unsent_judge *judge) { return judge->json; }

const char *unsent_verdict_name(unsent_verdict verdict) {
  const unsigned number = (unsigned)verdict;
  return kNames[number <= UNSENT_ORDINARY ? number : 0];
}

const char *unsent_version(void) { return UNSENT_VERSION; }

void unsent_close(unsent_judge *judge) {
  if (judge == NULL) return;
  stop(judge);
  free(judge->program);
  free(judge->config);
  free(judge->ledger);
  free(judge->answer);
  free(judge);
}
