// SPDX-License-Identifier: MIT
// The rules of a run: those that are built in, and over them the site's and the user's.
// Nothing is read before a message needs it, and no pattern is compiled before all the
// literals of its rule occur. For one thread at a time: what is compiled is kept.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/defect.h"
#include "mail/header.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace unsent {

struct RuleRecipient {
  std::string address;  // as the report writes it
  std::string status;
  std::string diagnostic;  // on one line
  std::string original;    // to whom it was sent, where the report says so besides
};

// What the rules are asked about.
struct RuleQuestion {
  std::string_view header;  // the bytes of the header section
  const Headers& headers;   // the same, read
  // What the report says before the original begins: UTF-8, lines that end in LF. Only
  // RuleSet::kMaxWords of it are looked at.
  std::string_view words;
  // A mail system's name or the null sender stands in the header. Without that only rules
  // with a condition on the header are asked.
  bool is_from_daemon = false;
};

struct RuleAnswer {
  const Rule* rule = nullptr;  // lives as long as the set
  // Offset in words where the original's first line begins; npos: the rule does not say.
  std::size_t original_at = std::string_view::npos;
  std::vector<RuleRecipient> recipients;
};

class RuleSet {
 public:
  static constexpr std::size_t kMaxWords = 16 * 1024;
  static constexpr std::size_t kMaxRecipients = 1000;
  static constexpr std::size_t kMaxTried = 8;  // rules a message, the most specific first

  enum class BuiltIn { yes, no };
  explicit RuleSet(BuiltIn built_in = BuiltIn::yes);
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;
  ~RuleSet();

  // Only the built-in rules, one set a thread.
  static RuleSet& standard();

  // Lays a file's rules over those that are there: one of the same name replaces it, or
  // with `enabled = false` takes it away. Comes before all that asks.
  void add_file(std::string path, std::string text);
  void add_rule(Rule rule);

  // The phrases that go with the rules; the built-in ones in any case.
  Wording& wording();

  // True if a rule wants to look into a mail whose header shows no sign of a report.
  bool opens(const Headers& headers);

  // The first rule, the most specific before the others, that the message fulfils. A
  // pattern that is cut off is a defect, and its rule is passed over.
  std::optional<RuleAnswer> ask(const RuleQuestion& question, Defects& defects);

  // All rules that are in force, in the order in which they are tried.
  std::vector<const Rule*> rules();
  // What is wrong with files and rules, one line each, as far as they were needed up to
  // now; compile_all() needs them all.
  const std::vector<std::string>& problems() const;
  void compile_all();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace unsent
