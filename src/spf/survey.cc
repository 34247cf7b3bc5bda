// SPDX-License-Identifier: MIT
#include "spf/survey.h"

#include <algorithm>

#include "base/text.h"
#include "spf/name.h"
#include "spf/published.h"

namespace unsent {
namespace {

constexpr int kMaxRecords = 100;
constexpr int kMaxLookups = 10;          // 4.6.4
constexpr std::size_t kMaxString = 255;  // of one string of a TXT record
constexpr std::size_t kMaxAnswer = 450;  // 3.4: what fits an answer of 512 bytes for sure
constexpr int kWidePrefix4 = 16;         // own networks wider than this are a finding
constexpr int kWidePrefix6 = 32;

class Surveyor {
 public:
  Surveyor(Resolver& resolver, SpfSurvey& out) : resolver_(resolver), out_(out) {}

  void read(const std::string& domain, const SpfRecord& record);

 private:
  void read_term(const std::string& domain, const SpfTerm& term);
  void follow(const std::string& domain, std::string_view domain_spec, std::string_view text);
  void note(const std::string& domain, std::string_view term, std::string detail) {
    out_.findings.push_back({domain, std::string(term), std::move(detail)});
  }
  bool is_own_record() const { return above_.size() == 1; }

  Resolver& resolver_;
  SpfSurvey& out_;
  std::vector<std::string> above_;  // domains on the way to this record
  int records_ = 0;
};

void Surveyor::read(const std::string& domain, const SpfRecord& record) {
  above_.push_back(domain);
  bool has_all = false;
  for (const SpfTerm& term : record.terms) {
    if (has_all) {
      note(domain, term.text, "stands behind \"all\" and is never reached");
      continue;
    }
    has_all = term.mechanism == SpfMechanism::all;
    read_term(domain, term);
  }
  if (!has_all && !record.redirect.empty()) {
    ++out_.lookups;
    follow(domain, record.redirect, record.redirect_text);
  } else if (!has_all && is_own_record()) {
    note(domain, "", "ends without \"all\": whoever is not listed is neutral, not forbidden");
  }
  above_.pop_back();
}

void Surveyor::read_term(const std::string& domain, const SpfTerm& term) {
  if (asks_dns(term.mechanism)) ++out_.lookups;
  if (term.qualifier == SpfResult::pass && is_over_wide(term))
    note(domain, term.text, "lets nearly every address pass");
  else if (term.qualifier == SpfResult::pass && is_own_record() &&
           ((term.mechanism == SpfMechanism::ip4 && term.network.prefix < kWidePrefix4) ||
            (term.mechanism == SpfMechanism::ip6 && term.network.prefix < kWidePrefix6)))
    note(domain, term.text, "is a very wide network");
  if (term.mechanism == SpfMechanism::ptr)
    note(domain, term.text, "is slow, unreliable and not to be used (RFC 7208 5.5)");
  if (term.mechanism == SpfMechanism::all && term.qualifier == SpfResult::neutral &&
      is_own_record())
    note(domain, term.text, "forbids nobody");
  if (term.mechanism == SpfMechanism::include) follow(domain, term.domain_spec, term.text);
}

void Surveyor::follow(const std::string& domain, std::string_view domain_spec,
                      std::string_view text) {
  if (domain_spec.find('%') != std::string_view::npos) return;  // another one for each client
  const auto name = query_name(domain_spec);
  if (!name) return note(domain, text, "names no domain");
  if (std::find(above_.begin(), above_.end(), *name) != above_.end())
    return note(domain, text, "leads back to a record above it: a permanent error");
  if (++records_ > kMaxRecords) return;
  const PublishedRecord published = published_record(*name, resolver_);
  if (published.result != SpfResult::pass) return note(domain, text, published.reason);
  const SpfRecord record = parse_spf_record(published.text);
  if (!record.error.empty()) return note(domain, text, wrong_record(*name, record));
  read(*name, record);
}

// "v=spf1" and its terms, by blanks.
std::vector<std::string> words_of(const std::string& record) {
  std::vector<std::string> words;
  for (const std::string_view word : split(record, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

bool is_end(std::string_view word) {
  if (std::string_view("+-~?").find(word.front()) != std::string_view::npos) word.remove_prefix(1);
  return equal_ignoring_case(word, "all") || starts_with_ignoring_case(word, "redirect=");
}

}  // namespace

SpfSurvey survey_record(const std::string& record, const std::string& domain, Resolver& resolver) {
  SpfSurvey out;
  out.record = record;
  const SpfRecord parsed = parse_spf_record(record);
  if (!parsed.error.empty()) {
    out.result = SpfResult::permerror;
    out.reason = wrong_record(domain, parsed);
    return out;
  }
  Surveyor(resolver, out).read(domain, parsed);
  if (out.lookups > kMaxLookups)
    out.findings.push_back({domain, "",
                            "takes " + std::to_string(out.lookups) +
                                " lookups, and more than 10 are a permanent error"});
  if (record.size() > kMaxAnswer)
    out.findings.push_back(
        {domain, "",
         "has " + std::to_string(record.size()) + " bytes, too many for a short DNS answer"});
  else if (record.size() > kMaxString)
    out.findings.push_back({domain, "",
                            "has more than 255 bytes: to be published as several strings of one "
                            "TXT record"});
  return out;
}

SpfSurvey survey_domain(std::string_view domain, Resolver& resolver) {
  SpfSurvey out;
  const auto name = checkable_domain(domain);
  if (!name) {
    out.result = SpfResult::none;
    out.reason = "'" + to_valid_utf8(domain.substr(0, 255)) + "' is no mail domain";
    return out;
  }
  PublishedRecord published = published_record(*name, resolver);
  if (published.result == SpfResult::pass) return survey_record(published.text, *name, resolver);
  out.result = published.result;
  out.reason = std::move(published.reason);
  return out;
}

std::string with_terms(const std::string& record, const std::vector<std::string>& terms) {
  std::vector<std::string> words = words_of(record.empty() ? "v=spf1 ~all" : record);
  words.insert(std::find_if(words.begin() + 1, words.end(), is_end), terms.begin(), terms.end());
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace unsent
