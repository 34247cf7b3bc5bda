// SPDX-License-Identifier: MIT
#include "setup/setting.h"

#include <fmt/format.h>

#include <array>

#include "dns/cares.h"
#include "setup/setting_reader.h"

namespace unsent {
namespace {

using Reader = SettingReader;
using Value = SettingValue;

Result<void> read_ledger(Reader& reader, const Value& value) {
  auto path = reader.limited_path(value, reader.config.limits.ledger);
  if (!path) return path.failure();
  if (!*path) return {};
  reader.config.ledger = std::move(*path);
  reader.config.is_ledger_of_admin = reader.is_admin();
  return {};
}

Result<void> read_quarantine(Reader& reader, const Value& value) {
  auto path = reader.limited_path(value, reader.config.limits.quarantine);
  if (!path) return path.failure();
  if (*path) reader.config.quarantine = std::move(*path);
  return {};
}

Result<void> read_server(Reader& reader, const Value& value) {
  const auto text = value.node.value<std::string>();
  if (!text || !is_dns_server(*text))
    return reader.failure(value.node.source(), "not an address, with or without port",
                          "write server = \"192.0.2.53\" or \"192.0.2.53:5353\"");
  reader.config.dns_server = *text;
  return {};
}

Result<void> read_deadline(Reader& reader, const Value& value) {
  int seconds = 0;
  auto done = reader.number(value, 3600, seconds);
  if (done) reader.config.deadline = std::chrono::seconds(seconds);
  return done;
}

constexpr auto kSettings = std::to_array<Setting>({
    {"identity", "domains", R"(["ourshop.example"])", "",
     "Domains that are ours, with all below them. Without it they are learned from what was sent.",
     [](Reader& r, const Value& v) { return r.list_of_ours(v, "a domain", r.config.domains); }},
    {"identity", "addresses", R"(["alice@webmail.example"])", "",
     "Addresses that are ours beside those of our domains.",
     [](Reader& r, const Value& v) { return r.list(v, "an address", r.config.addresses); }},
    {"identity", "never_sends", R"(["abuse@ourshop.example"])", "",
     "Addresses that never send: a bounce to one of them is always backscatter.",
     [](Reader& r, const Value& v) { return r.list(v, "an address", r.config.never_sends); }},
    {"identity", "relays", R"(["192.0.2.10", "2001:db8:25::/64"])", "",
     "Our own outgoing servers, by address or network.",
     [](Reader& r, const Value& v) {
       return r.list_of_ours(v, "an address or network", r.config.relays);
     }},
    {"aliases", "", R"("sales@ourshop.example" = "alice@ourshop.example")", "",
     "Addresses of ours that stand for another one, which is the one that sends.", read_aliases},
    {"ledger", "path", R"("~/mail/ledger.db")", "",
     "The ledger; else ~/.local/share/unsent/ledger.db. It is made with mode 0600. A socket, or a "
     "name that ends in .sock, is that of \"unsent serve\", which is asked.",
     read_ledger},
    {"ledger", "plain", "true", "false",
     "Whether addresses and Message-IDs are kept as text beside the keyed hashes of them.",
     [](Reader& r, const Value& v) { return r.flag(v, r.config.keeps_texts); }},
    {"ledger", "shared", "true", "false",
     "Whether others than the owner may read the ledger and its key, on purpose; else it is said "
     "once a run.",
     [](Reader& r, const Value& v) { return r.flag(v, r.config.is_ledger_for_many); }},
    {"ledger", "retention_days", "90", "60", "Days for which what was sent is remembered.",
     [](Reader& r, const Value& v) { return r.number(v, 36500, r.config.retention_days); }},
    {"ledger", "trust", R"(["192.0.2.0/24"])", "",
     "Clients that may hand mail to our server, as its mynetworks: what comes from them is taken "
     "as sent when a mail log is imported.",
     [](Reader& r, const Value& v) {
       return r.list_of_ours(v, "an address or network", r.config.trusted_clients);
     }},
    {"policy", "mode", R"("shadow")", R"("active")",
     "\"shadow\" puts nothing away: mail is tagged, and what would have been done is counted.",
     read_mode},
    {"policy", "genuine", R"("deliver")", "",
     "What happens to reports on mail of ours: \"tag\" (by default) or \"deliver\".",
     [](Reader& r, const Value& v) { return read_handlings(r, v, Verdict::genuine); }},
    {"policy", "backscatter", R"({ default = "quarantine", auto-reply = "tag" })", "",
     "What happens to backscatter: \"tag\" (by default), \"deliver\", \"quarantine\" or \"drop\"; "
     "for all kinds of report, or a table of kinds with a default.",
     [](Reader& r, const Value& v) { return read_handlings(r, v, Verdict::backscatter); }},
    {"policy", "unverified", R"("tag")", "",
     "What happens where it cannot be told: \"tag\" (by default), \"deliver\" or \"quarantine\".",
     [](Reader& r, const Value& v) { return read_handlings(r, v, Verdict::unverified); }},
    {"policy", "during_burst", R"("quarantine")", "",
     "What happens to unverified bounces while a flood comes to the same address (20 within an "
     "hour); else what happens to them at any time.",
     read_during_burst},
    {"judging", "deadline", "10", "5", "Seconds to wait for all that is asked about one message.",
     read_deadline},
    {"judging", "confined", "false", "true",
     "Whether the process that judges gives up its rights before it reads mail; false where a "
     "kernel's confinement stands in its way.",
     [](Reader& r, const Value& v) { return r.flag(v, r.config.is_confined); }},
    {"delivery", "mailbox", R"("~/Maildir/")", "",
     "Where \"unsent deliver\" puts mail: a Maildir, an mbox if it ends in no slash.",
     [](Reader& r, const Value& v) { return r.path(v, r.config.mailbox); }},
    {"quarantine", "path", R"("~/Maildir/.Backscatter")", "",
     "The Maildir in which mail is put away; else .Backscatter in ~/Maildir where that is one, "
     "else ~/.local/share/unsent/quarantine.",
     read_quarantine},
    {"quarantine", "keep_days", "60", "",
     "Days after which what was put away is deleted; else it never is.",
     [](Reader& r, const Value& v) { return r.number(v, 36500, r.config.quarantine_days); }},
    {"imap.HOST", "user", R"("alice@mail.example")", "",
     "Who logs in at that server, where a URL names nobody.",
     [](Reader& r, const Value& v) { return r.text(v, r.account().user); }},
    {"imap.HOST", "password_command", R"("secret-tool lookup imap mail.example")", "",
     "A command, run by /bin/sh, that prints the password; without it, it is asked for on the "
     "terminal. The password itself never stands in a file of ours.",
     [](Reader& r, const Value& v) { return r.text(v, r.account().password_command); }},
    {"imap.HOST", "oauth_token_command", R"("oauth2-token alice@mail.example")", "",
     "Likewise one that prints an access token of OAuth 2, for providers that take no password. It "
     "is run anew for each connection, since tokens expire.",
     [](Reader& r, const Value& v) { return r.text(v, r.account().oauth_token_command); }},
    {"imap.HOST", "sent", R"("Sent Items")", "",
     "The folder of what was sent, where neither the server tells it nor its name does.",
     [](Reader& r, const Value& v) { return r.text(v, r.account().sent); }},
    {"imap.HOST", "junk", R"("Spam")", "", "Likewise the folder of junk mail.",
     [](Reader& r, const Value& v) { return r.text(v, r.account().junk); }},
    {"imap.HOST", "trash", R"("Bin")", "", "Likewise the folder of deleted mail.",
     [](Reader& r, const Value& v) { return r.text(v, r.account().trash); }},
    {"imap.HOST", "quarantine", R"("Flood")", "",
     "The folder in which backscatter is put away; else Backscatter. It is made, and subscribed "
     "to, when the first "
     "message goes there.",
     [](Reader& r, const Value& v) { return r.text(v, r.account().quarantine); }},
    {"imap.HOST", "authorities", R"("~/mail/mail.example.pem")", "",
     "A file of certificates (PEM) by which that server is trusted, instead of the system's: its "
     "own, if nobody has signed it.",
     [](Reader& r, const Value& v) { return r.path(v, r.account().authorities); }},
    {"imap.HOST", "patience", "20", "",
     "Seconds for which the server may say nothing before the connection counts as broken; for "
     "twice as long a broken one is tried again. 60 without it.",
     [](Reader& r, const Value& v) { return r.number(v, 3600, r.account().patience); }},
    {"spf.records", "", R"("ourshop.example" = "v=spf1 ip4:192.0.2.10 -all")", "",
     "SPF records of ours that are taken as they stand, whatever the DNS says.", read_spf_records},
    {"dns", "server", R"("192.0.2.53")", "", "A name server; else the system's.", read_server},
    {"dns", "cache", R"("~/mail/dns.db")", "",
     "The file that keeps answers from one run to the next; else ~/.cache/unsent/dns.db, and none "
     "for a server that the command line names. Its mode is 0600, it grows to 32 MB at most and "
     "may "
     "be removed at any time; on a network file system there is none.",
     [](Reader& r, const Value& v) { return r.path(v, r.config.dns_cache); }},
    {"dns", "at_once", "100", "1000",
     "Questions that are open at a time, at most; a server that refuses, or is slow with many, is "
     "asked less. A message asks at most 50 different questions, and names whose servers do not "
     "answer, and what is below them, are not asked again for a minute.",
     [](Reader& r, const Value& v) { return r.number(v, 10000, r.config.dns_pace.most_open); }},
    {"dns", "per_second", "500", "4000", "Questions that begin in a second, at most.",
     [](Reader& r, const Value& v) { return r.number(v, 100000, r.config.dns_pace.per_second); }},
    {"dkim", "retired_keys", R"("~/mail/dkim")", "",
     "A folder of keys that the DNS no longer has, since bounces come back for weeks; they are "
     "asked before the DNS. Files named SELECTOR._domainkey.DOMAIN, with or without .txt, that "
     "hold the record, what opendkim-genkey wrote, or a PEM public key. A returned header that "
     "carries a DKIM signature of a domain of ours is verified without the body.",
     [](Reader& r, const Value& v) { return r.path(v, r.config.retired_keys); }},
    {"tag", "keys", R"("/etc/unsent/tag.keys")", "",
     "The keys that mark outgoing mail, see unsent-tag(1); else ~/.local/share/unsent/tag.keys. "
     "The mail system and those who judge must both be able to read it.",
     [](Reader& r, const Value& v) { return r.path(v, r.config.tag_keys); }},
    {"log", "syslog", "true", "false",
     "Whether each report that \"unsent filter\" and \"unsent deliver\" judge is one line in the "
     "system's mail log.",
     [](Reader& r, const Value& v) { return r.flag(v, r.config.is_logging); }},
    {"serve", "trusted", R"(["vmail", "Debian-exim"])", "",
     "Login names of those for whom \"unsent serve\" answers from the whole ledger, beside root "
     "and "
     "the user that it runs as: mail systems that judge for others.",
     [](Reader& r, const Value& v) { return read_names(r, v, r.config.serve.trusted); }},
    {"serve", "connections", "200", "1000", "Connections that are open at a time, at most.",
     [](Reader& r, const Value& v) { return r.number(v, 100000, r.config.serve.connections); }},
    {"serve", "connections_of_user", "20", "100", "Of one user, at most.",
     [](Reader& r, const Value& v) {
       return r.number(v, 100000, r.config.serve.connections_of_user);
     }},
    {"serve", "per_second", "1000", "20000",
     "Requests of one user in a second; beyond it, that user waits.",
     [](Reader& r, const Value& v) { return r.number(v, 1000000, r.config.serve.per_second); }},
    {"serve.senders", "", R"("alice" = ["alice@webmail.example", "@alice.example"])", "",
     "Addresses in whose name a user may ask and record, and domains of which all are his; beside "
     "the login name at each of our domains, and the aliases of that.",
     read_senders},
    {"site", "filter", "true", "false",
     "Whether the site runs \"unsent filter --if-opted-in\" for everybody: then \"unsent optin\" "
     "leaves a note alone.",
     [](Reader& r, const Value& v) { return r.flag(v, r.config.is_site_filter); }, true},
    {"limits", "drop", "false", "true",
     "Whether users may have mail thrown away; if not, it is put away instead.",
     [](Reader& r, const Value& v) { return r.flag(v, r.config.limits.drop); }, true},
    {"limits", "user_rules", "false", "true", "Whether rule files of the users' own are read.",
     [](Reader& r, const Value& v) { return r.flag(v, r.config.limits.user_rules); }, true},
    {"limits", "ledger", R"(["~/", "/var/lib/unsent"])", "",
     "Folders below which the ledger of a user must lie, links resolved; else anywhere.",
     [](Reader& r, const Value& v) { return r.folders(v, r.config.limits.ledger); }, true},
    {"limits", "quarantine", R"(["~/Maildir"])", "", "Likewise the quarantine of a user.",
     [](Reader& r, const Value& v) { return r.folders(v, r.config.limits.quarantine); }, true},
});

// Words in lines of 76 columns, each behind a mark.
std::string comment(std::string_view text) {
  constexpr std::size_t kColumns = 76;
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.size() <= kColumns ? text.size() : text.rfind(' ', kColumns);
    if (end == std::string_view::npos) end = text.size();
    out += fmt::format("# {}\n", text.substr(0, end));
    text.remove_prefix(end == text.size() ? end : end + 1);
  }
  return out;
}

// As it stands in a file: of a table of the user's own, with a name for an example.
std::string title_of(std::string_view section) {
  return section == "imap.HOST" ? "imap.\"mail.example\"" : std::string(section);
}

// `key = value`, or the lines that a table of the user's own has.
std::string assignment(const Setting& setting, std::string_view value) {
  return setting.key.empty() ? std::string(value) : fmt::format("{} = {}", setting.key, value);
}

// Each sentence on a line of its own, as mdoc wants them.
std::string sentences(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    out += text[i] == ' ' && i > 0 && text[i - 1] == '.' && text[i + 1] >= 'A' && text[i + 1] <= 'Z'
               ? '\n'
               : text[i];
  return out + '\n';
}

// As the argument of a macro, which would take quotes for its own.
std::string argument(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return out;
}

std::string manual_item(const Setting& setting) {
  const std::string_view name = setting.key.empty() ? setting.example : setting.key;
  std::string item = fmt::format(".It Li {}\n{}", argument(name), sentences(setting.meaning));
  if (!setting.fallback.empty())
    item += fmt::format("By default\n.Li {} .\n", argument(setting.fallback));
  if (!setting.key.empty())
    item += fmt::format("For example\n.Dl {}\n", argument(assignment(setting, setting.example)));
  return item;
}

}  // namespace

std::span<const Setting> settings() { return kSettings; }

std::string example_config(std::string_view section) {
  std::string text;
  std::string_view last;
  for (const Setting& setting : kSettings) {
    if (!section.empty() && setting.section != section) continue;
    if (setting.section != last)
      text += fmt::format("{}[{}]\n", last.empty() ? "" : "\n", title_of(setting.section));
    last = setting.section;
    text += comment(setting.meaning);
    if (!setting.fallback.empty()) text += fmt::format("# Without it: {}\n", setting.fallback);
    text += '#' + assignment(setting, setting.example) + '\n';
  }
  return text;
}

std::string settings_manual() {
  std::string page =
      ".Dd November 29, 2026\n.Dt UNSENT-CONFIG 5\n.Os\n.Sh NAME\n.Nm unsent-config\n"
      ".Nd the settings of unsent\n.Sh DESCRIPTION\n"
      "The administrator's file is\n.Pa /etc/unsent/config.toml ;\nover it is laid\n"
      ".Pa ~/.config/unsent/config.toml .\nBoth are TOML, and all that stands in them is "
      "optional.\n"
      "A setting that is not known, or has a value of the wrong kind, is an error with file and "
      "line.\n"
      "A path begins with\n.Pa /\nor with\n.Pa ~/ ,\nthe home folder.\n"
      "The file of a user must belong to that user or to root, wherever a symbolic link leads; one "
      "that anybody may write is not used.\n";
  std::string_view last;
  for (const Setting& setting : kSettings) {
    if (setting.section != last)
      page += fmt::format("{}.Ss [{}]\n{}.Bl -tag -width Ds\n", last.empty() ? "" : ".El\n",
                          argument(title_of(setting.section)),
                          setting.is_of_admin ? "In the administrator's file alone.\nWhat a user's "
                                                "file asks for beyond it is one line with file and "
                                                "line number, and this stands.\nIt holds for "
                                                "files, not for the options of the command line.\n"
                                              : "");
    last = setting.section;
    page += manual_item(setting);
  }
  return page +
         ".El\n.Sh FILES\n.Bl -tag -width Ds\n.It Pa /etc/unsent/config.toml\nThe administrator's "
         "settings.\n.It Pa ~/.config/unsent/config.toml\nThe user's.\n.El\n"
         ".Sh EXAMPLES\nAll settings, each explained and commented out:\n"
         ".Dl $ unsent config\n.Sh SEE ALSO\n.Xr unsent 1 ,\n.Xr unsent-config 1\n";
}

}  // namespace unsent
