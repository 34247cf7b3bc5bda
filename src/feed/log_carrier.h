// SPDX-License-Identifier: MIT
// What carries a server's log elsewhere puts something around each line: docker (docker logs
// -t, its json-file, docker compose), the kubelet, the journal (-o json). Takes that off.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace unsent {

struct CarriedLine {
  std::optional<Time> at;    // by the carrier's clock, which knows its zone
  std::string_view host;     // "" where the carrier does not say
  std::string_view program;  // likewise: then the text names it, behind a stamp of its own perhaps
  std::string_view process;
  std::string_view text;
};

// An object of JSON as the journal or docker's json-file driver writes it, a line each. What
// it points to lies in decoded. nullopt: another one, or none.
std::optional<CarriedLine> parse_json_record(std::string_view line, std::string& decoded);

// "mail-1  | …", perhaps in colours, as docker compose writes it: what stands behind that, and
// which container it is of. Another line comes back as it is.
CarriedLine take_off_container(std::string_view line);

// Behind the stamp of a line: "stdout F ", as the kubelet writes it, is passed over.
void skip_stream(std::string_view& text);

}  // namespace unsent
