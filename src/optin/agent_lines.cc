// SPDX-License-Identifier: MIT
#include "optin/agent_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "optin/sieve_text.h"
#include "policy/annotate.h"

namespace unsent {
namespace {

constexpr std::string_view kBegin =
    "# unsent optin: written by `unsent optin`, taken out by `unsent optout`";
constexpr std::string_view kBeginOfNew =
    "# unsent optin: this file is written by `unsent optin`, taken away by `unsent optout`";
constexpr std::string_view kEximHead = "# Exim filter\n";
constexpr std::string_view kEnd = "# unsent optin: end ";
constexpr std::string_view kWas = "# unsent optin: was ";
constexpr std::string_view kAnyMark = "# unsent optin:";
constexpr std::size_t kMaxFile = std::size_t{256} << 10U;

struct Names {
  Agent agent;
  std::string_view name;
  std::string_view file;
};
constexpr Names kNames[] = {{Agent::procmail, "procmail", ".procmailrc"},
                            {Agent::maildrop, "maildrop", ".mailfilter"},
                            {Agent::sieve, "sieve", ".dovecot.sieve"},
                            {Agent::forward, "forward", ".forward"},
                            {Agent::exim, "exim", ".forward"},
                            {Agent::qmail, "qmail", ".qmail"},
                            {Agent::site, "site", ""}};

// Lines with their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string_view bare(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

bool has(std::string_view text, std::string_view word) { return text.find(word) != text.npos; }

Unexpected refuse(const std::string& path, std::size_t line, const std::string& why,
                  const std::string& hint) {
  return fail(ErrorCode::data, fmt::format("{}:{}: {}; nothing is changed", path, line, why), hint);
}

// A shell, procmail and all the others read these characters as they stand.
bool is_plain(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return is_alnum(c) || std::string_view("/._+@:=-").find(c) != std::string_view::npos;
  });
}

// What holds for the files of all agents.
Result<void> check_text(Agent agent, std::string_view text, const std::string& path) {
  const auto cannot = [&](const std::string& why) {
    return fail(ErrorCode::data, path + ": " + why + "; nothing is changed",
                "put the lines of samples/recipes in by hand");
  };
  if (text.size() > kMaxFile) return cannot("larger than any such file");
  if (has(text, std::string_view("\0", 1))) return cannot("it holds NUL bytes");
  if (text.substr(0, 3) == "\xEF\xBB\xBF") return cannot("it begins with a byte order mark");
  const bool may_have_cr = agent == Agent::sieve;
  if (!may_have_cr && has(text, "\r")) return cannot("its lines end in CR");
  if (may_have_cr && !is_valid_utf8(text)) return cannot("it is not UTF-8");
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (line.substr(0, kAnyMark.size()) == kAnyMark)
      return refuse(path, number, "a mark of ours where none belongs", "take it out");
    const bool is_comment = trim(line).substr(0, 1) == "#";
    if (!is_comment && (has(line, "unsent filter") || has(line, "unsent deliver") ||
                        has(line, "unsent check") || has(line, "filter \"unsent\"")))
      return refuse(path, number, "unsent is called here already, not by lines of optin",
                    "take that out first, or leave it as it is");
  }
  return {};
}

// Behind a "#!" line, else at the very beginning: in the middle of nothing.
Result<std::size_t> top_of(std::string_view text, const std::string& path) {
  if (text.substr(0, 2) != "#!") return std::size_t{0};
  const std::size_t end = text.find('\n');
  if (end == text.npos) return refuse(path, 1, "the last line has no end", "end it");
  return end + 1;
}

// "# Exim filter", with any blanks.
bool is_filter_head(std::string line) {
  std::erase_if(line, is_blank);
  return line.substr(0, 11) == "#eximfilter" || line.substr(0, 12) == "#sievefilter";
}

// A .forward that only delivers to the user: all of its lines are put aside, ours deliver.
Result<std::string> forward_lines(std::string_view text, const Wiring& wiring,
                                  const std::string& path) {
  std::string was;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::string_view what = trim(line);
    const std::string folded = unsent::lower(what);
    if (is_filter_head(folded))
      return refuse(path, number, "this is a filter, not a list of addresses", "say --exim");
    if (has(folded, "procmail") || has(folded, "maildrop"))
      return refuse(path, number, "another agent is called here", "say --procmail or --maildrop");
    if (has(what, "|"))
      return refuse(path, number, "a program is called here", "take it out, or call unsent in it");
    if (has(what, "\"")) return refuse(path, number, "quotes", "put our line in by hand");
    const bool is_user = what == "\\" + wiring.user;
    if (!what.empty() && what.front() != '#' && !is_user)
      return refuse(path, number, "mail goes elsewhere, too, and unsent would keep a copy here",
                    "forward from the place where unsent delivers");
    if (line.back() != '\n') return refuse(path, number, "the last line has no end", "end it");
    was += std::string(kWas) + std::string(bare(line)) + '\n';
  }
  return was;
}

// Behind the line that makes it a filter, which a new file gets.
Result<std::size_t> exim_place(std::string& text, const std::string& path, bool is_new) {
  if (is_new && text.empty()) text = kEximHead;
  if (is_exim_filter(text)) return lines_of(text).front().size();
  return refuse(path, 1, "a list of addresses, not an Exim filter",
                "make a filter of it, which begins with \"# Exim filter\"");
}

Result<void> check_qmail(std::string_view text, const std::string& path) {
  const auto lines = lines_of(text);
  if (!lines.empty() && trim(lines.front()).empty())
    return refuse(path, 1, "qmail defers mail for a file that begins with an empty line",
                  "take the line out");
  return {};
}

bool has_instructions(std::string_view text) {
  const auto lines = lines_of(text);
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    return !trim(line).empty() && line.front() != '#';
  });
}

// The mark, the lines and the mark that knows them.
std::string marked(const std::string& lines, bool is_new) {
  return fmt::format("{}\n{}{}{}\n", is_new ? kBeginOfNew : kBegin, lines, kEnd,
                     digest(lines).substr(0, 8));
}

std::string sieve_lines(const Wiring& wiring) {
  const std::size_t slash = wiring.quarantine.rfind("/.");
  const std::string folder =
      slash == std::string::npos ? "Backscatter" : wiring.quarantine.substr(slash + 2);
  if (wiring.quarantine.empty())
    return "require \"vnd.dovecot.filter\";\nif filter \"unsent\" [\"filter\", "
           "\"--null-if-unset\"] {\n}\n";
  return fmt::format(
      "require [\"vnd.dovecot.filter\", \"fileinto\", \"mailbox\"];\n"
      "if filter \"unsent\" [\"filter\", \"--null-if-unset\"] {{\n"
      "  if header :matches \"X-Unsent-Verdict\" \"backscatter*\" {{\n"
      "    fileinto :create \"{}\";\n    stop;\n  }}\n}}\n",
      folder);
}

}  // namespace

std::string_view name_of(Agent agent) {
  for (const Names& one : kNames)
    if (one.agent == agent) return one.name;
  return "";
}

std::string_view file_of(Agent agent) {
  for (const Names& one : kNames)
    if (one.agent == agent) return one.file;
  return "";
}

std::optional<Agent> parse_agent(std::string_view name) {
  for (const Names& one : kNames)
    if (one.name == name) return one.agent;
  return std::nullopt;
}

bool is_exim_filter(std::string_view text) {
  std::string head(text.substr(0, text.find('\n') + 1));
  std::erase_if(head, is_blank);
  return starts_with_ignoring_case(head, "#eximfilter");
}

Result<std::string> make_lines(Agent agent, const Wiring& wiring) {
  const std::string& away = wiring.quarantine;
  const std::string mailbox = wiring.mailbox.substr(wiring.mailbox.find(' ') + 1);
  for (const std::string& path : {wiring.program, away, mailbox})
    if (!path.empty() && (path.front() != '/' || !is_plain(path)))
      return fail(ErrorCode::usage,
                  path + ": only an absolute path of plain characters can be written there",
                  "name another one");
  switch (agent) {
    case Agent::procmail:
      return fmt::format(":0 fw\n| {} filter\n", wiring.program) +
             (away.empty() ? ""
                           : fmt::format("\n:0\n* ^X-Unsent-Verdict: backscatter\n{}/\n", away));
    case Agent::maildrop:
      return fmt::format("exception {{\n  xfilter \"{} filter\"\n}}\n", wiring.program) +
             (away.empty() ? ""
                           : fmt::format("if (/^X-Unsent-Verdict: backscatter/)\n{{\n"
                                         "  exception {{\n    to \"{}/\"\n  }}\n}}\n",
                                         away));
    case Agent::sieve:
      return sieve_lines(wiring);
    case Agent::forward:
      return fmt::format("\"|/bin/sh -c '{} deliver {} || exit 75'\"\n", wiring.program,
                         wiring.mailbox);
    case Agent::exim:
      return fmt::format(
          "if error_message then\n  pipe \"/bin/sh -c '{} deliver {} || exit 75'\"\n  "
          "finish\nendif\n",
          wiring.program, wiring.mailbox);
    case Agent::qmail:
      return fmt::format("|{} deliver --qmail{}{}\n", wiring.program,
                         wiring.mailbox.empty() ? "" : " ", wiring.mailbox);
    case Agent::site:
      return std::string();
  }
  return std::string();
}

Result<std::string> put_lines(Agent agent, std::string_view text, const Wiring& wiring,
                              const std::string& path, bool is_new) {
  if (auto checked = check_text(agent, text, path); !checked) return checked.failure();
  Wiring here = wiring;
  std::string rest(text);
  std::string was;
  const auto top = top_of(text, path);
  if (!top) return top.failure();
  std::size_t at = *top;
  if (agent == Agent::forward) {
    const auto put_aside = forward_lines(text, wiring, path);
    if (!put_aside) return put_aside.failure();
    was = *put_aside;
    rest.clear();
    at = 0;
  } else if (agent == Agent::exim) {
    const auto place = exim_place(rest, path, is_new);
    if (!place) return place.failure();
    at = *place;
  } else if (agent == Agent::qmail) {
    if (auto checked = check_qmail(text, path); !checked) return checked.failure();
    if (has_instructions(text)) here.mailbox.clear();  // they deliver
  } else if (agent == Agent::sieve) {
    const auto behind = end_of_requires(text);
    if (!behind.is_sure) return refuse(path, behind.line, behind.why, "put our lines in by hand");
    at = behind.at;
  }
  auto lines = make_lines(agent, here);
  if (!lines) return lines;
  const std::string block = with_line_ends_of(text, marked(was + *lines, is_new));
  return rest.insert(at, block);
}

Result<std::optional<Taken>> take_lines(std::string_view text, const std::string& path) {
  Taken taken;
  std::string ours;
  std::string was;
  bool is_within = false;
  int blocks = 0;
  std::size_t number = 0;
  const auto damaged = [&](const std::string& why) {
    return refuse(path, number, why,
                  "mend it by hand; the marks begin with " + std::string(kAnyMark));
  };
  for (const std::string_view whole : lines_of(text)) {
    ++number;
    const std::string_view line = bare(whole);
    if (line == kBegin || line == kBeginOfNew) {
      if (is_within || ++blocks > 1) return damaged("a second first mark of ours");
      is_within = true;
      taken.is_new = line == kBeginOfNew;
    } else if (line.substr(0, kEnd.size()) == kEnd) {
      if (!is_within) return damaged("a last mark of ours without the first");
      if (line.substr(kEnd.size()) != digest(ours).substr(0, 8))
        return damaged("our lines above were changed, or are not whole");
      is_within = false;
      taken.text += was;
    } else if (!is_within) {
      taken.text += whole;
    } else {
      ours += std::string(line) + '\n';
      if (line.substr(0, kWas.size()) == kWas) was += std::string(line.substr(kWas.size())) + '\n';
    }
  }
  if (is_within) return damaged("our last mark is missing");
  taken.lines = std::move(ours);
  if (taken.is_new && taken.text == kEximHead) taken.text.clear();
  return blocks == 0 ? std::optional<Taken>() : std::optional(std::move(taken));
}

std::string difference(std::string_view before, std::string_view after) {
  auto old_lines = lines_of(before);
  auto new_lines = lines_of(after);
  while (!old_lines.empty() && !new_lines.empty() && old_lines.back() == new_lines.back()) {
    old_lines.pop_back();
    new_lines.pop_back();
  }
  const auto [old_at, new_at] =
      std::mismatch(old_lines.begin(), old_lines.end(), new_lines.begin(), new_lines.end());
  std::string text;
  for (auto line = old_at; line != old_lines.end(); ++line)
    text += "- " + std::string(bare(*line)) + '\n';
  for (auto line = new_at; line != new_lines.end(); ++line)
    text += "+ " + std::string(bare(*line)) + '\n';
  return text;
}

}  // namespace unsent
