// SPDX-License-Identifier: MIT
#include "received.h"

#include <fmt/format.h>

namespace unsent {
namespace {

constexpr const char* kDate = "Mon, 23 Nov 2026 18:53:22 +0000";

// What a writer knows about its client, and puts down in its own way.
struct Line {
  std::string helo, name, ip;  // name: as looked up, or ""
  std::string claimed;         // the same, from a writer that does not look whether it leads back
  bool is_v6 = false;
  std::string by, own_ip;
  bool has_login = false;
  std::string id, to, from;
  std::string says;

  std::string literal() const { return fmt::format("[{}{}]", is_v6 ? "IPv6:" : "", ip); }
  std::string known_as() const { return name.empty() ? "unknown" : name; }
  const char* protocol() const { return has_login ? "ESMTPSA" : "ESMTPS"; }
};

Line line_of(const Step& step, Pen& pen) {
  const std::string ip = step.client->ip;
  return {step.client->name,
          step.client->looked_up(),
          ip,
          *step.client->lie ? step.client->lie : step.client->looked_up(),
          ip.find(':') != std::string::npos,
          *step.writer->signs ? step.writer->signs : step.writer->name,
          *step.writer->own_ip ? step.writer->own_ip : "192.168.40.11",
          step.hand == Hand::auth,
          pen.next_id(),
          pen.recipient,
          pen.reverse_path,
          step.client->says};
}

std::string postfix(const Line& l) {
  std::string more;
  if (l.has_login)
    more =
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
        "\t(Authenticated sender: alice)\n";
  if (!l.says.empty())
    more += fmt::format("\t(Client CN \"{}\", Issuer \"{}\" (not verified))\n", l.says, l.says);
  return fmt::format("from {} ({} {})\n{}\tby {} (Postfix) with {} id {}\n\tfor <{}>; {} (UTC)",
                     l.helo, l.known_as(), l.literal(), more, l.by, l.protocol(), l.id, l.to,
                     kDate);
}

std::string exim(const Line& l, const std::string& port) {
  const std::string protocol = l.has_login ? "esmtpsa" : "esmtps";
  const std::string ident = l.says.empty() ? "" : " ident=" + l.says;
  const std::string client =
      l.name.empty() ? fmt::format("[{}]{} (helo={}{})", l.ip, port, l.helo, ident)
                     : fmt::format("{} ([{}]{} helo={}{})", l.name, l.ip, port, l.helo, ident);
  return fmt::format(
      "from {}\n\tby {} with {}  (TLS1.3) tls TLS_AES_256_GCM_SHA384\n\t(Exim 4.96)\n"
      "\t(envelope-from <{}>)\n\tid 1ut91v-0000{}-1k\n\tfor {};\n\t{}",
      client, l.by, protocol, l.from, l.id.substr(0, 2), l.to, kDate);
}

std::string sendmail(const Line& l) {
  const std::string login = l.has_login ? "\n\t(authenticated bits=0)" : "";
  const std::string name = l.claimed.empty() ? "" : l.claimed + " ";
  const std::string doubt = l.claimed == l.name ? "" : " (may be forged)";
  return fmt::format(
      "from {} ({}{}{}){}\n\tby {} (8.17.1/8.17.1) with {} id 4AN{}\n\t(version=TLSv1.3 "
      "cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO)\n\tfor <{}>; {}",
      l.helo, name, l.literal(), doubt, login, l.by, l.protocol(), l.id, l.to, kDate);
}

std::string qmail(const Line& l) {
  return fmt::format("from {} (HELO {}) ({}{})\n  by {} with {}; {}",
                     l.claimed.empty() ? "unknown" : l.claimed, l.helo, l.has_login ? "alice@" : "",
                     l.ip, l.by, l.has_login ? "ESMTPA" : "SMTP", kDate);
}

std::string domino(const Line& l) {
  return fmt::format(
      "from {} ([{}])\n          by {} (HCL Domino Release 12.0.2)\n          with ESMTP{} id "
      "2026112320351512-5792 ;\n          {}",
      l.helo, l.ip, l.by, l.has_login ? "A" : "", kDate);
}

std::string opensmtpd(const Line& l) {
  return fmt::format(
      "from {} ({} {})\n\tby {} (OpenSMTPD) with {} id {} "
      "(TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO){}\n\tfor <{}>;\n\t{}",
      l.helo, l.name.empty() ? "<unknown>" : l.name, l.literal(), l.by, l.protocol(), l.id,
      l.has_login ? " auth=yes user=alice@ourshop.example" : "", l.to, kDate);
}

std::string courier(const Line& l) {
  const std::string login = l.has_login ? "(AUTH: PLAIN alice, TLS: TLS1.3,256bits,X)"
                                        : "(TLS: TLSv1.3,256bits,TLS_AES_256_GCM_SHA384)";
  return fmt::format(
      "from {} ({}[{}{}])\n  {}\n  by {} with {}; {}\n  id 00000000004201F.{}.000012AB", l.helo,
      l.claimed.empty() ? "" : l.claimed + " ", l.is_v6 ? "" : "::ffff:", l.ip, login, l.by,
      l.protocol(), kDate, l.id);
}

std::string communigate(const Line& l) {
  const std::string client =
      l.has_login ? fmt::format("[{}] (account alice@ourshop.example HELO {})", l.ip, l.helo)
                  : (l.name.empty() ? fmt::format("[{}] (HELO {})", l.ip, l.helo)
                                    : fmt::format("{} ([{}] verified)", l.name, l.ip));
  return fmt::format(
      "from {}\n  by {} (CommuniGate Pro SMTP 6.3.10)\n  with {} id 881{} for {}; {}", client, l.by,
      l.protocol(), l.id, l.to, kDate);
}

std::string haraka(const Line& l) {
  return fmt::format(
      "from {} ({} [{}])\n\tby {} (Haraka/3.0.3) with {} id {}-1234\n\tenvelope-from <{}>{}\n"
      "\t(cipher=TLS_AES_256_GCM_SHA384);\n\t{}",
      l.helo, l.known_as(), l.ip, l.by, l.protocol(), l.id, l.from,
      l.has_login ? " (authenticated bits=0)" : "", kDate);
}

std::string exchange(const Line& l, const char* via) {
  return fmt::format(
      "from {} ({}) by\n {} ({}) with Microsoft SMTP Server (version=TLS1_2,\n "
      "cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.9115.20{}; {}",
      l.helo, l.ip, l.by, l.own_ip, via, kDate);
}

std::string google(const Line& l) {
  const std::string name = l.name.empty() ? "" : l.name + ". ";
  return fmt::format(
      "from {} ({}{})\n        by {} with {} id {}\n        for <{}>\n        (version=TLS1_3 "
      "cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\n        {}",
      l.helo, name, l.literal(), l.by, l.protocol(), l.id, l.to, kDate);
}

std::string mdaemon(const Line& l) {
  return fmt::format(
      "from {} by {} (192.168.7.2) (MDaemon PRO v22.0.1)\n\twith {} id md5{}.msg; {}", l.helo, l.by,
      l.protocol(), l.id, kDate);
}

std::string smtp_text(const Line& line, Form form) {
  switch (form) {
    case Form::exim:
      return exim(line, "");
    case Form::exim_port:
      return exim(line, ":40112");
    case Form::sendmail:
      return sendmail(line);
    case Form::qmail:
      return qmail(line);
    case Form::domino:
      return domino(line);
    case Form::opensmtpd:
      return opensmtpd(line);
    case Form::courier:
      return courier(line);
    case Form::communigate:
      return communigate(line);
    case Form::haraka:
      return haraka(line);
    case Form::exchange:
      return exchange(line, "");
    case Form::office:
      return exchange(line, line.has_login ? " via Frontend Transport" : "");
    case Form::google:
      return google(line);
    case Form::mdaemon:
      return mdaemon(line);
    case Form::any:
    case Form::postfix:
      break;
  }
  return postfix(line);
}

// What a program on the writer's own host leaves, and a report that it makes itself.
std::string local_text(const Line& l, Form form) {
  switch (form) {
    case Form::exim:
    case Form::exim_port:
      return fmt::format(
          "from www-data by {} with local (Exim 4.96)\n\t(envelope-from <{}>)\n\tid "
          "1ut91v-0000{}-1k\n\tfor {};\n\t{}",
          l.by, l.from, l.id.substr(0, 2), l.to, kDate);
    case Form::sendmail:
      return fmt::format("(from www@localhost)\n\tby {} (8.17.1/8.17.1/Submit) id 4AN{};\n\t{}",
                         l.by, l.id, kDate);
    case Form::qmail:
      return fmt::format("(qmail 4242 invoked by uid 33); {}", kDate);
    case Form::opensmtpd:
      return fmt::format(
          "from localhost ({} [local])\n\tby {} (OpenSMTPD) with ESMTPA id {};\n\t{}", l.by, l.by,
          l.id, kDate);
    default:
      return fmt::format("by {} (Postfix, from userid 33)\n\tid {}; {} (UTC)", l.by, l.id, kDate);
  }
}

std::string note_text(const Line& l, Form form) {
  if (form == Form::qmail) return fmt::format("(qmail 4244 invoked for bounce); {}", kDate);
  if (form == Form::exim || form == Form::exim_port)
    return fmt::format(
        "from mailnull by {} with local (Exim 4.96)\n\tid 1ut91v-0000{}-1k\n\tfor "
        "{};\n\t{}",
        l.by, l.id.substr(0, 2), l.to, kDate);
  return fmt::format("by {} (Postfix)\n\tid {}; {} (UTC)", l.by, l.id, kDate);
}

std::string amavis(const Line& l) {
  return fmt::format(
      "from localhost (localhost [127.0.0.1])\n\tby {0} (Postfix) with ESMTP id {1}\n\tfor <{2}>; "
      "{3} (UTC)\nReceived: from {0} ([127.0.0.1])\n\tby localhost ({0} [127.0.0.1]) (amavisd-new, "
      "port 10024)\n\twith ESMTP id 6jh311do8pq5 for <{2}>;\n\t{3} (UTC)",
      l.by, l.id, l.to, kDate);
}

std::string text_of(const Line& l, Hand hand, Form form) {
  switch (hand) {
    case Hand::smtp:
    case Hand::auth:
      return smtp_text(l, form);
    case Hand::php:
      return local_text(l, form);
    case Hand::note:
      return note_text(l, form);
    case Hand::amavis:
      return amavis(l);
    case Hand::stamp:
      return fmt::format("by {} with SMTP id {}\n        for <{}>; {}", l.by, l.id, l.to, kDate);
    case Hand::http:
      return fmt::format("by {} with HTTP; {}", l.by, kDate);
    case Hand::lmtp:
      return fmt::format("from {} ([{}])\n\tby {} with LMTP\n\tid {}\n\tfor <{}>; {}", l.helo, l.ip,
                         l.by, l.id, l.to, kDate);
    case Hand::mapi:
      return fmt::format("from {0} ({1}) by {0}\n ({1}) with mapi id 15.20.9115.20; {2}", l.by,
                         l.own_ip, kDate);
    case Hand::https:
      return fmt::format("from {} ({}) by\n {} with HTTPS; {}", l.helo, l.ip, l.by, kDate);
    case Hand::as:
      break;
    case Hand::pop:
      return fmt::format(
          "from {} [{}]\n\tby {} with POP3 (fetchmail-6.4.37)\n\tfor <alice@localhost> "
          "(single-drop); {}",
          l.helo, l.ip, l.by, kDate);
  }
  return {};
}

}  // namespace

std::string received_line(const Step& step, Form form, Pen& pen) {
  if (step.hand == Hand::as) return {};
  return "Received: " + text_of(line_of(step, pen), step.hand, form) + "\n";
}

}  // namespace unsent
