// SPDX-License-Identifier: MIT
// Any bytes as a mail log: nothing crashes, and the state that one run leaves is read by
// the next as it was. And any bytes in whatever a stranger says to a server: its log makes no
// message of his ours.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "feed/log_feed.h"

namespace {

// The pieces between the bytes 0x01: what the client says, one thing after the other.
class Sayings {
 public:
  explicit Sayings(std::string_view text) : text_(text) {}
  std::string next() {
    std::string piece(text_.substr(0, text_.find('\1')));
    text_.remove_prefix(std::min(piece.size() + 1, text_.size()));
    std::replace(piece.begin(), piece.end(), '\n', ' ');
    return piece;
  }

 private:
  std::string_view text_;
};

std::vector<std::string> exim_lines(Sayings said) {
  const std::string key = "2026-11-23 20:35:01 1vP0aa-000001-0A ";
  const std::string greeting = said.next();
  const std::string ident = said.next();
  const std::string bare = key + "<= alice@ourshop.example H=(" + greeting + ") [198.51.100.66] ";
  return {bare + (ident.empty() ? "" : "U=" + ident + " ") + "P=esmtps X=TLS1.3:x:256 CV=no DN=\"" +
              said.next() + "\" SNI=" + said.next() + " S=1200 id=" + said.next() + " T=\"" +
              said.next() + "\" for bob@remote.example",
          key +
              "=> bob@remote.example R=dnslookup T=remote_smtp H=mx.remote.example [203.0.113.5] "
              "C=\"" +
              said.next() + "\""};
}

std::vector<std::string> postfix_lines(Sayings said) {
  const std::string front = "Nov 23 20:36:00 mail postfix/";
  return {front + "smtpd[1]: 4AAAAAAA01: client=unknown[198.51.100.66], sasl_sender=" + said.next(),
          front + "cleanup[2]: 4AAAAAAA01: message-id=" + said.next(),
          front + "qmgr[3]: 4AAAAAAA01: from=<" + said.next() + ">, size=1, nrcpt=1 (queue active)",
          front +
              "smtp[4]: 4AAAAAAA01: to=<bob@remote.example>, relay=mx.remote.example"
              "[203.0.113.5]:25, dsn=2.0.0, status=sent (" +
              said.next() + ")"};
}

std::vector<std::string> sendmail_lines(Sayings said) {
  const std::string front = "Nov 23 20:37:00 mail sm-mta[9]: 4ANK6xQp000001: ";
  return {front + "from=<alice@ourshop.example>, size=1, class=0, nrcpts=1, msgid=" + said.next() +
              ", proto=ESMTP, daemon=MTA, relay=IDENT:" + said.next() +
              "@mail.attacker.example [198.51.100.66]",
          front +
              "to=<bob@remote.example>, mailer=esmtp, relay=mx.remote.example. [203.0.113.5], "
              "dsn=2.0.0, stat=Sent (" +
              said.next() + ")"};
}

void expect_nothing(const unsent::LogPolicy& policy, const std::vector<std::string>& lines) {
  unsent::LogFeed feed(policy, unsent::Time(unsent::seconds(1795500000)));
  for (const std::string& line : lines) feed.read(line);
  if (!feed.take(true).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  unsent::LogPolicy policy;
  policy.trusted = {*unsent::IpNetwork::parse("192.0.2.0/24")};
  policy.domains = {*unsent::DomainName::parse("ourshop.example")};
  for (const auto lines_of : {exim_lines, postfix_lines, sendmail_lines})
    expect_nothing(policy, lines_of(Sayings(text)));
  unsent::LogFeed feed(policy, unsent::Time(unsent::seconds(1795500000)));
  static_cast<void>(unsent::is_log(text));
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    feed.read(line);
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
  }
  for (const unsent::Entry& entry : feed.take(true))
    if (!entry.is_usable() || entry.reverse_path.empty()) std::abort();
  const std::string state = feed.messages().state();
  unsent::LogFeed next(policy, unsent::Time(unsent::seconds(1795500000)));
  next.messages().restore(state);
  if (next.messages().state().size() > state.size()) std::abort();
  static_cast<void>(next.take(true));
  next.messages().tell_arrivals([](const unsent::LoggedArrival& arrival) {
    if (arrival.sender.empty() || arrival.client.empty()) std::abort();
  });
  next.messages().close_all();
  if (!next.take(true).empty()) std::abort();
  return 0;
}
