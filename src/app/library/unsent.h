/* SPDX-License-Identifier: MIT
 *
 * libunsent: was a bounce caused by mail that you sent? For programs that hold a message and want
 * a verdict on it: mail servers, filters, scripts. See libunsent(3).
 *
 * The message is judged by a process of its own, `unsent judge`, which lives as long as the judge
 * and has given up all rights that judging does not need: what a hostile mail may do there costs
 * its verdict, and nothing in the program that links this.
 *
 * A judge belongs to one thread at a time; judges do not disturb each other. Nothing is thrown,
 * printed, or changed in the process (no signal handler, no environment, no locale).
 */
#ifndef UNSENT_H
#define UNSENT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct unsent_judge unsent_judge;

typedef enum unsent_verdict {
  UNSENT_NOT_JUDGED = 0, /* it failed: unsent_reason() says why. Treat it as unverified. */
  UNSENT_GENUINE = 1,    /* a report on mail that was sent */
  UNSENT_BACKSCATTER = 2,
  UNSENT_UNVERIFIED = 3, /* it cannot be told */
  UNSENT_ORDINARY = 4    /* no report at all */
} unsent_verdict;

/* Set size to sizeof the struct, and all else to 0: a member may come in addition behind the last
 * one. Each member may be NULL or 0, and each pointer to such a struct may be NULL. */
typedef struct unsent_options {
  size_t size;
  const char* program;   /* path of unsent; else as it was installed */
  const char* config;    /* the configuration; else the administrator's and the user's */
  const char* ledger;    /* the ledger, or a socket of unsent-serve(1); else the configuration's */
  unsigned milliseconds; /* to wait for one verdict, or for a judge to open; else 10,000 */
} unsent_options;

typedef struct unsent_envelope {
  size_t size;
  const char* sender;    /* "" is the null sender; NULL: not known, the header is asked */
  const char* recipient; /* to whom the message came; NULL: not known */
} unsent_envelope;

/* NULL if it cannot be opened (no program, a wrong configuration): error then holds why, cut to
 * error_size bytes with its NUL; it may be NULL. */
unsent_judge* unsent_open(const unsent_options* options, char* error, size_t error_size);

/* Of the message, header and body, of any bytes; of a large one what matters. It is judged by
 * itself, not among others that came. A judging that dies or takes too long is UNSENT_NOT_JUDGED,
 * and the next call begins another. */
unsent_verdict unsent_judge_message(unsent_judge* judge, const void* bytes, size_t size,
                                    const unsent_envelope* envelope);

/* Of the last message, until the next call: why, in a sentence; and all that was found, as a line
 * of `unsent check --json` (schema/check.schema.json). Never NULL. */
const char* unsent_reason(const unsent_judge* judge);
const char* unsent_json(const unsent_judge* judge);

/* "backscatter"; of what is no verdict "not judged". */
const char* unsent_verdict_name(unsent_verdict verdict);

/* "0.1.0", of the library. */
const char* unsent_version(void);

void unsent_close(unsent_judge* judge); /* may be NULL */

#ifdef __cplusplus
}
#endif
#endif
