// SPDX-License-Identifier: MIT
// The world of the flows: hosts, and the zones that speak of them. A new kind of provider
// is its hosts here and a row of sides.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../map_resolver.h"

namespace unsent {

// How a mail system writes its Received lines; any: each flow draws one.
enum class Form {
  any,
  postfix,
  exim,
  exim_port,
  sendmail,
  qmail,
  domino,
  opensmtpd,
  courier,
  communigate,
  haraka,
  exchange,
  google,
  office,   // as exchange, seen from its own private or shared addresses
  mdaemon,  // shows no client
};
Form drawn_form(unsigned number);  // one of those that any server may run

struct Host {
  const char* key;   // by which routes name it
  const char* name;  // with which it greets and signs its lines
  const char* ip;    // "": it is no client of anybody by address
  const char* ptr;   // the name that leads to ip and back; "=": its own; "": none
  Form form;
  const char* own_ip = "";  // that it writes beside its clients' (exchange, office)
  const char* lie = "";     // the name that its own zone gives it, and that does not lead back
  const char* says = "";    // of itself, where a writer repeats it: ident, a certificate
  const char* signs = "";   // its name in its own lines, where it greets with another

  std::string looked_up() const;  // the name as a server with DNS finds it, or ""
};

const Host& host(std::string_view key);  // aborts on a key that no row has

// Everybody's records, ours apart.
void fill_zone(MapResolver& dns);

}  // namespace unsent
