// SPDX-License-Identifier: MIT
// Input: a returned header, one Received field a line. Each line is read, and the border
// hop is looked for among all. Then the first line is what a client says of itself, put
// where each system puts it: it becomes neither the client's address nor the writer.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "evidence/border.h"
#include "mail/message.h"

namespace {

void require(bool is_so) {
  if (!is_so) std::abort();
}

// The bytes that a system lets pass at that place.
enum class Passes {
  word,       // all but white space: Haraka's greeting
  plain,      // letters, digits and what stands in literals: Sendmail's, Postfix's greeting
  no_parens,  // of a certificate's name, printable
  printable,  // an ident answer, the local part of a sender
};

bool passes(char c, Passes kind) {
  const bool is_printable = c >= ' ' && c <= '~';
  switch (kind) {
    case Passes::word:
      return is_printable && c != ' ';
    case Passes::plain:
      return unsent::is_alnum(c) || std::string_view(".-_[]:=+/,%").find(c) != std::string::npos;
    case Passes::no_parens:
      return is_printable && c != '(' && c != ')';
    case Passes::printable:
      return is_printable;
  }
  return false;
}

struct Form {
  const char* before;
  Passes kind;
  const char* behind;
};
constexpr Form kForms[] = {
    {"from h", Passes::word, " (r.example [203.0.113.9]) by mx.example (Haraka/3.0) with ESMTPS"},
    {"from h", Passes::plain, " (r.example [203.0.113.9]) by mx.example (Postfix) with ESMTP id 1"},
    {"from [", Passes::plain, "] ([203.0.113.9]) by mx.example (8.17.1/8.17.1) with ESMTP id 1"},
    {"from unknown (HELO ", Passes::plain, ") (203.0.113.9)\n  by mx.example with SMTP"},
    {"from r.example (HELO h) (", Passes::plain, "@203.0.113.9)\n  by mx.example with SMTP"},
    {"from 127.0.0.1 (EHLO ", Passes::no_parens, ") (203.0.113.9)\n  by mx.example with SMTPS"},
    {"from r.example ([203.0.113.9] helo=h ident=", Passes::printable,
     ")\n\tby mx.example with esmtp (Exim 4.96)\n\tid 1"},
    {"from [203.0.113.9] (ident=", Passes::printable,
     ")\n\tby mx.example with esmtp (Exim 4.96)\n\tid 1"},
    {"from [203.0.113.9] (helo=h", Passes::plain, ")\n\tby mx.example with esmtp (Exim 4.96)"},
    {"from h (r.example [203.0.113.9]) (using TLSv1.3) (Client CN \"", Passes::no_parens,
     "\", Issuer \"x\" (not verified)) by mx.example (Postfix) with ESMTPS id 1"},
    {"from h (r.example [203.0.113.9]) (IDENT: ", Passes::no_parens, ") by mx.example with ESMTP"},
    {"from r.example ([203.0.113.9] helo=h)\n\tby mx.example with esmtp (Exim 4.96)\n\t"
     "(envelope-from <\"",
     Passes::printable, "\"@e.example>)\n\tid 1"},
    {"from h", Passes::plain, " by mx.example (192.0.2.20) (MDaemon PRO v22.0.1) with ESMTPS id 1"},
};

void check_hostile(std::string_view said) {
  for (const Form& form : kForms) {
    std::string line = form.before;
    for (const char c : said.substr(0, 120))
      if (passes(c, form.kind)) line += c;
    const unsent::ReceivedHop hop = unsent::parse_received(line + form.behind);
    require(!hop.is_local && !hop.is_authenticated());
    require(hop.hides_client() || (hop.client_ip == "203.0.113.9" && hop.by == "mx.example"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  std::string_view rest = input;
  std::string header;
  unsent::Bounce bounce;
  bounce.reporter = "mx.remote.example";
  check_hostile(rest.substr(0, rest.find('\n')));
  while (!rest.empty()) {
    const std::string_view line = unsent::take_line(rest);
    const unsent::ReceivedHop hop = unsent::parse_received(line);
    require(hop.client_ip.empty() || unsent::IpAddress::parse(hop.client_ip));
    require(hop.is_authenticated() || !hop.has_login);
    unsent::received_date(line);
    header.append("Received: ").append(line).append("\n");
    bounce.received_from = line;
    unsent::find_border(bounce);
  }
  const unsent::Message message = unsent::Message::parse(header + "\n");
  const unsent::Border border = unsent::find_border(message.headers(), bounce.reporter);
  require(border.hops.size() <= 50);
  require(border.client.has_value() == (border.state == unsent::Border::State::found));
  if (border.client) require(!border.client->is_internal() && border.index < border.hops.size());
  return 0;
}
