// SPDX-License-Identifier: MIT
#include "rules/ruleset.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/text.h"
#include "rules/built_in.h"
#include "rules/literal_index.h"
#include "rules/regex.h"
#include "rules/rule_reader.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxHeader = 16 * 1024;
constexpr std::size_t kMaxDiagnostic = 1000;

struct RuleText {
  std::string path;
  std::string text;
};

// A rule with its patterns, as far as they are compiled.
struct LiveRule {
  Rule rule;
  bool is_compiled = false;
  bool is_broken = false;
  std::vector<Regex> fields;
  std::optional<Regex> body;
  std::optional<Regex> original;
  std::optional<Regex> recipients;
};

void read_built_in(std::vector<Rule>& rules, std::vector<std::string>& problems) {
  std::optional<RuleReader> reader;
  for (std::size_t i = 0; i < kBuiltInRules_size; ++i) {
    const BuiltInField& field = kBuiltInRules[i];
    const std::string_view key = rule_text(field.key);
    if (key != "[[rule]]") {
      reader->field(field.line, key, rule_text(field.value));
      continue;
    }
    if (reader) reader->end_rule();
    reader.emplace("rules/" + std::string(rule_text(field.value)), rules, problems);
    reader->begin_rule(field.line);
  }
  if (reader) reader->end_rule();
  for (Rule& rule : rules) rule.is_built_in = true;
}

std::size_t literal_bytes(const Rule& rule) {
  const auto add = [](std::size_t sum, const std::string& text) { return sum + text.size(); };
  return std::accumulate(rule.near.begin(), rule.near.end(), std::size_t{0}, add) +
         std::accumulate(rule.near_header.begin(), rule.near_header.end(), std::size_t{0}, add);
}

const std::string* longest(const std::vector<std::string>& literals) {
  const auto found = std::max_element(
      literals.begin(), literals.end(),
      [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  const bool is_long = found != literals.end() && found->size() >= LiteralIndex::kMinLiteral;
  return is_long ? &*found : nullptr;
}

bool contains_all(std::string_view text, const std::vector<std::string>& literals) {
  return std::all_of(literals.begin(), literals.end(), [&](const std::string& literal) {
    return text.find(literal) != std::string_view::npos;
  });
}

// Gates of one field stand beside each other: it is looked for once.
template <typename Gate>
bool is_open(const Headers& headers, const Gate* begin, const Gate* end) {
  const HeaderField* found = nullptr;
  for (const Gate* gate = begin; gate != end; ++gate) {
    if (gate == begin || gate->field != gate[-1].field) found = headers.find(gate->field);
    if (found != nullptr && find_ignoring_case(found->value, gate->text) != std::string_view::npos)
      return true;
  }
  return false;
}

// White space and line ends to single blanks.
std::string on_one_line(std::string_view text) {
  std::string out;
  text = trim(cut_utf8(text, kMaxDiagnostic));
  out.reserve(text.size());
  for (const char c : text)
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  return out;
}

}  // namespace

struct RuleSet::State {
  bool has_built_in = true;
  Wording wording;
  std::vector<RuleText> files;
  std::vector<Rule> added;
  std::vector<FieldCondition> gates;  // of files, lower case
  bool is_loaded = false;
  std::vector<LiveRule> rules;  // the most specific first
  LiteralIndex in_words;
  LiteralIndex in_header;
  std::vector<std::string> problems;
  std::vector<std::size_t> near;  // scratch: rules that a message comes near to

  void load();
  void put_in_force(std::vector<Rule> all);
  bool compile(LiveRule& live);
  bool fulfils(LiveRule& live, const RuleQuestion& question, RuleAnswer& answer, Defects& defects);
  void read_recipients(LiveRule& live, std::string_view words, RuleAnswer& answer,
                       Defects& defects);
  bool finds(const LiveRule& live, Regex& regex, std::string_view text, Defects& defects,
             std::size_t from = 0);
};

void RuleSet::State::load() {
  if (is_loaded) return;
  is_loaded = true;
  std::vector<Rule> all;
  if (has_built_in) read_built_in(all, problems);
  for (const RuleText& file : files) {
    std::vector<Rule> from_file;
    RuleReader reader(file.path, from_file, problems);
    read_rule_file(file.text, reader);
    for (Rule& rule : from_file) {
      const auto is_same = [&](const Rule& other) { return other.name == rule.name; };
      all.erase(std::remove_if(all.begin(), all.end(), is_same), all.end());
      if (rule.is_enabled) all.push_back(std::move(rule));
    }
  }
  files.clear();
  std::move(added.begin(), added.end(), std::back_inserter(all));
  put_in_force(std::move(all));
}

void RuleSet::State::put_in_force(std::vector<Rule> all) {
  std::sort(all.begin(), all.end(), [](const Rule& a, const Rule& b) {
    if (a.is_built_in != b.is_built_in) return b.is_built_in;
    const std::size_t bytes_a = literal_bytes(a);
    const std::size_t bytes_b = literal_bytes(b);
    return bytes_a != bytes_b ? bytes_a > bytes_b : a.name < b.name;
  });
  rules.reserve(all.size());
  for (Rule& rule : all) {
    const std::size_t id = rules.size();
    if (const std::string* literal = longest(rule.near))
      in_words.add(*literal, id);
    else if (const std::string* of_header = longest(rule.near_header))
      in_header.add(*of_header, id);
    rules.emplace_back().rule = std::move(rule);
  }
}

bool RuleSet::State::compile(LiveRule& live) {
  if (live.is_compiled) return !live.is_broken;
  live.is_compiled = true;
  const Rule& rule = live.rule;
  const auto make = [&](const std::string& pattern, const std::string& what) {
    std::optional<Regex> regex;
    if (pattern.empty() || live.is_broken) return regex;
    auto compiled = Regex::compile(pattern);
    if (compiled) return std::optional<Regex>(std::move(*compiled));
    live.is_broken = true;
    problems.push_back(rule.place() + ": rule " + rule.name + ": " + what + ": " +
                       compiled.error().message);
    return regex;
  };
  for (const FieldCondition& field : rule.fields)
    if (auto regex = make(field.text, "fields." + field.field))
      live.fields.push_back(std::move(*regex));
  live.body = make(rule.body, "body");
  live.original = make(rule.original, "original");
  live.recipients = make(rule.recipients, "recipients");
  return !live.is_broken;
}

bool RuleSet::State::finds(const LiveRule& live, Regex& regex, std::string_view text,
                           Defects& defects, std::size_t from) {
  const Regex::Outcome outcome = regex.search(text, from);
  if (outcome == Regex::Outcome::cut_off)
    defects.add("rule " + live.rule.name + " took too many steps and was cut off");
  return outcome == Regex::Outcome::match;
}

void RuleSet::State::read_recipients(LiveRule& live, std::string_view words, RuleAnswer& answer,
                                     Defects& defects) {
  if (!live.recipients) return;
  Regex& regex = *live.recipients;
  std::size_t from = 0;
  while (answer.recipients.size() < kMaxRecipients && from <= words.size() &&
         finds(live, regex, words, defects, from)) {
    const std::string_view address = trim(regex.group(words, "recipient"));
    if (!address.empty())
      answer.recipients.push_back({std::string(address), std::string(regex.group(words, "status")),
                                   on_one_line(regex.group(words, "diagnostic")),
                                   std::string(regex.group(words, "original"))});
    from = std::max(regex.end(), from + 1);
    // not into the middle of a character
    while (from < words.size() && (static_cast<unsigned char>(words[from]) & 0xC0U) == 0x80U)
      ++from;
  }
}

bool RuleSet::State::fulfils(LiveRule& live, const RuleQuestion& question, RuleAnswer& answer,
                             Defects& defects) {
  const Rule& rule = live.rule;
  for (std::size_t i = 0; i < rule.fields.size(); ++i) {
    const std::string value = question.headers.decoded(rule.fields[i].field);
    if (value.empty() || !finds(live, live.fields[i], value, defects)) return false;
  }
  std::string_view words = question.words;
  if (live.original && finds(live, *live.original, words, defects)) {
    // The original begins with a line.
    std::size_t at = live.original->end();
    if (at > 0 && words[at - 1] != '\n') at = std::min(words.find('\n', at), words.size() - 1) + 1;
    answer.original_at = at;
    words = words.substr(0, live.original->begin());
  }
  if (live.body && !finds(live, *live.body, words, defects)) return false;
  read_recipients(live, words, answer, defects);
  return true;
}

RuleSet::RuleSet(BuiltIn built_in) : state_(std::make_unique<State>()) {
  state_->has_built_in = built_in == BuiltIn::yes;
}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;

RuleSet& RuleSet::standard() {
  static thread_local RuleSet set;
  return set;
}

void RuleSet::add_file(std::string path, std::string text) {
  // Gates are asked about ordinary mail: only for them a file is read before its time.
  if (text.find("gate") != std::string::npos) {
    std::vector<Rule> rules;
    std::vector<std::string> ignored;
    RuleReader reader(path, rules, ignored);
    read_rule_file(text, reader);
    for (const Rule& rule : rules)
      for (const FieldCondition& gate : rule.gates)
        state_->gates.push_back({gate.field, lower(gate.text)});
  }
  state_->files.push_back({std::move(path), std::move(text)});
}

void RuleSet::add_rule(Rule rule) {
  for (const FieldCondition& gate : rule.gates)
    state_->gates.push_back({gate.field, lower(gate.text)});
  state_->added.push_back(std::move(rule));
}

Wording& RuleSet::wording() { return state_->wording; }

bool RuleSet::opens(const Headers& headers) {
  if (state_->has_built_in && is_open(headers, kBuiltInGates, kBuiltInGates + kBuiltInGates_size))
    return true;
  const auto& gates = state_->gates;
  return is_open(headers, gates.data(), gates.data() + gates.size());
}

std::optional<RuleAnswer> RuleSet::ask(const RuleQuestion& question, Defects& defects) {
  State& state = *state_;
  state.load();
  RuleQuestion asked = question;
  asked.words = cut_utf8(question.words, kMaxWords);
  asked.header = question.header.substr(0, kMaxHeader);
  state.near.clear();
  state.in_words.find(asked.words, state.near);
  state.in_header.find(asked.header, state.near);
  std::sort(state.near.begin(), state.near.end());
  state.near.erase(std::unique(state.near.begin(), state.near.end()), state.near.end());
  std::size_t tried = 0;
  for (const std::size_t id : state.near) {
    LiveRule& live = state.rules[id];
    const Rule& rule = live.rule;
    const bool has_header_condition = !rule.fields.empty() || !rule.near_header.empty();
    if (!asked.is_from_daemon && !has_header_condition) continue;
    if (!contains_all(asked.words, rule.near) || !contains_all(asked.header, rule.near_header))
      continue;
    if (++tried > kMaxTried) break;
    RuleAnswer answer{&rule, std::string_view::npos, {}};
    if (!state.compile(live))
      defects.add("rule " + rule.name + " has a pattern that is none");
    else if (state.fulfils(live, asked, answer, defects))
      return answer;
  }
  return std::nullopt;
}

std::vector<const Rule*> RuleSet::rules() {
  state_->load();
  std::vector<const Rule*> all;
  std::transform(state_->rules.begin(), state_->rules.end(), std::back_inserter(all),
                 [](const LiveRule& live) { return &live.rule; });
  return all;
}

const std::vector<std::string>& RuleSet::problems() const {
  for (std::string& problem : state_->wording.take_problems())
    state_->problems.push_back(std::move(problem));
  return state_->problems;
}

void RuleSet::compile_all() {
  state_->load();
  state_->wording.load();
  for (LiveRule& live : state_->rules) state_->compile(live);
}

}  // namespace unsent
