// SPDX-License-Identifier: MIT
// The way of one message from host to host, as a text that is its own picture:
// "lan >auth mail.ours > mx.remote >lmtp store.remote". The word behind ">" says how a host
// hands over, and so what the next one writes about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hosts.h"

namespace unsent {

enum class Hand {
  smtp,    // ">"
  auth,    // ">auth": the client logged in
  php,     // ">php": a program on the writer's own host
  stamp,   // ">stamp": within the writer's house; the line names no client
  http,    // ">http": typed into a page of the writer's
  lmtp,    // ">lmtp"
  mapi,    // ">mapi": within one Exchange store
  https,   // ">https": between stores, over public addresses
  pop,     // ">pop": collected
  amavis,  // ">amavis": through a filter beside the writer, by two lines
  note,    // ">note": a report that the writer made itself
  as,      // ">as": the same house goes on under another name, and writes no line
};

struct Step {
  const Host* client;
  Hand hand;
  const Host* writer;
};
using Route = std::vector<Step>;

Route parse_route(std::string_view text);  // aborts on a word or key that it does not know
const Host& last_host(std::string_view text);

// How the lines of one flow are written: what any of its writers may put into them.
struct Pen {
  unsigned seed = 0;
  std::string recipient;     // of the message
  std::string reverse_path;  // "" for a report
  unsigned serial = 0;

  std::string next_id();
};

// The header lines of the way, newest first.
std::string received_lines(const Route& route, Pen& pen);
// A copy for people, with addresses: "lan 192.168.1.5 >auth mail.ours 192.0.2.10".
std::string picture(std::string_view text);

}  // namespace unsent
