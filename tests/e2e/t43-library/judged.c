/* SPDX-License-Identifier: MIT
   The verdicts of the named files, a line each, by libunsent. Usage: judged PROGRAM MAIL... */
#include <stdio.h>
#include <unsent.h>

int main(int count, char **words) {
  static char bytes[1 << 20];
  char error[200];
  const unsent_options options = {.size = sizeof options, .program = words[1]};
  unsent_judge *judge = unsent_open(&options, error, sizeof error);
  if (judge == NULL) return fprintf(stderr, "%s\n", error), 1;
  for (int i = 2; i < count; ++i) {
    FILE *file = fopen(words[i], "rb");
    if (file == NULL) return 1;
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    puts(unsent_verdict_name(unsent_judge_message(judge, bytes, size, NULL)));
  }
  unsent_close(judge);
  unsent_close(NULL);
  return 0;
}
