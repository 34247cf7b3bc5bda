// SPDX-License-Identifier: MIT
#include "spf/check_host.h"

#include <optional>

#include "base/idn.h"
#include "base/text.h"
#include "spf/macro.h"
#include "spf/name.h"
#include "spf/published.h"
#include "spf/validated.h"

namespace unsent {
namespace {

// An address has at most 64 + 1 + 255 bytes; what is longer is not looked at.
constexpr std::size_t kMaxSender = 1024;
constexpr std::size_t kMaxExpandedName = 8192;
constexpr std::size_t kMaxExplanation = 4096;

// A mechanism matched, did not, or the evaluation ends with an error.
constexpr std::string_view kNamedByRecord = "an SPF record names it";

enum class Match { yes, no, temperror, permerror };

class Evaluation {
 public:
  Evaluation(const SpfQuery& query, Resolver& resolver, const SpfLimits& limits)
      : query_(query), resolver_(resolver), limits_(limits) {}

  SpfOutcome run();

 private:
  bool read_identity();
  SpfResult check_domain(const std::string& domain, bool is_included);
  SpfResult evaluate(const std::string& domain, const SpfRecord& record, bool is_included);
  SpfResult follow_redirect(const std::string& domain, const SpfRecord& record, bool is_included);
  void explain(const std::string& domain, std::string_view exp);

  Match match(const std::string& domain, const SpfTerm& term);
  Match match_include(const std::string& domain, const SpfTerm& term);
  Match match_a(const std::string& domain, const SpfTerm& term);
  Match match_mx(const std::string& domain, const SpfTerm& term);
  Match match_ptr(const std::string& domain, const SpfTerm& term);
  Match match_exists(const std::string& domain, const SpfTerm& term);
  Match match_addresses(const std::string& name, const SpfTerm& term);

  std::optional<std::string> target(const std::string& domain, std::string_view domain_spec);
  MacroValues values_for(const std::string& domain);
  const std::vector<std::string>& validated();
  std::optional<Match> problem(const DnsAnswer& answer, std::string_view name, DnsType type);
  Match permanent(std::string reason);
  SpfResult give_up(SpfResult result, std::string reason);

  const SpfQuery& query_;
  Resolver& resolver_;
  const SpfLimits& limits_;
  SpfOutcome out_;
  std::string sender_;
  std::string_view local_part_;
  std::string helo_;
  std::optional<std::vector<std::string>> validated_;
};

SpfResult Evaluation::give_up(SpfResult result, std::string reason) {
  out_.reason = std::move(reason);
  return result;
}

Match Evaluation::permanent(std::string reason) {
  out_.reason = std::move(reason);
  return Match::permerror;
}

// 2.4 and 4.3: whose record to ask for.
bool Evaluation::read_identity() {
  if (query_.sender.size() > kMaxSender || query_.helo.size() > kMaxSender) {
    give_up(SpfResult::none, "the sender is too long for an address");
    return false;
  }
  helo_ = to_a_labels(query_.helo).value_or(std::string(query_.helo));
  const std::string_view sender = query_.sender;
  const std::size_t at = sender.rfind('@');
  std::string_view domain = at == std::string_view::npos ? sender : sender.substr(at + 1);
  std::string_view local = at == std::string_view::npos ? "" : sender.substr(0, at);
  if (sender.empty()) domain = query_.helo;
  if (local.empty()) local = "postmaster";
  std::optional<std::string> checked = checkable_domain(domain);
  if (!checked) {
    give_up(SpfResult::none, "'" + to_valid_utf8(domain.substr(0, 255)) + "' is no mail domain");
    return false;
  }
  out_.domain = *std::move(checked);
  sender_.reserve(local.size() + out_.domain.size() + 1);
  sender_.append(local).append("@").append(out_.domain);
  local_part_ = std::string_view(sender_).substr(0, local.size());
  return true;
}

SpfOutcome Evaluation::run() {
  if (!read_identity()) return std::move(out_);
  out_.result = check_domain(out_.domain, false);
  std::reverse(out_.path.begin(), out_.path.end());
  return std::move(out_);
}

// 4.4 and 4.5. domain: as query_name makes it.
SpfResult Evaluation::check_domain(const std::string& domain, bool is_included) {
  const PublishedRecord published = published_record(domain, resolver_);
  if (published.is_void && domain != out_.domain) ++out_.void_lookups;
  if (published.is_pending) return SpfResult::neutral;
  if (published.result != SpfResult::pass) return give_up(published.result, published.reason);
  const SpfRecord record = parse_spf_record(published.text);
  if (!record.error.empty()) return give_up(SpfResult::permerror, wrong_record(domain, record));
  return evaluate(domain, record, is_included);
}

// 4.6.2. On the way back every deciding term joins the path, so that it is read from the
// end; an include or redirect stands after what it led to.
SpfResult Evaluation::evaluate(const std::string& domain, const SpfRecord& record,
                               bool is_included) {
  for (const SpfTerm& term : record.terms) {
    const Match matched = match(domain, term);
    if (matched == Match::no) continue;
    if (term.mechanism != SpfMechanism::include) out_.is_over_wide = is_over_wide(term);
    out_.path.push_back({domain, std::string(term.text), false, term.mechanism});
    if (matched == Match::temperror) return SpfResult::temperror;
    if (matched == Match::permerror) return SpfResult::permerror;
    if (term.qualifier == SpfResult::fail && !is_included) explain(domain, record.exp);
    return term.qualifier;
  }
  if (!record.redirect.empty()) return follow_redirect(domain, record, is_included);
  return SpfResult::neutral;  // 4.7
}

// 6.1: the other record instead of this one; its exp, not ours.
SpfResult Evaluation::follow_redirect(const std::string& domain, const SpfRecord& record,
                                      bool is_included) {
  SpfResult result = SpfResult::permerror;
  if (++out_.lookups > limits_.lookups) {
    give_up(result, "more than " + std::to_string(limits_.lookups) + " terms that ask the DNS");
  } else if (const std::optional<std::string> name = target(domain, record.redirect); !name) {
    give_up(result, "redirect of " + domain + " to no domain");
  } else {
    result = check_domain(*name, is_included);
    if (result == SpfResult::none) result = SpfResult::permerror;
  }
  out_.path.push_back({domain, std::string(record.redirect_text), true, SpfMechanism::all});
  return result;
}

// 6.2: whatever is wrong with it, there is no explanation then; it changes no result.
void Evaluation::explain(const std::string& domain, std::string_view exp) {
  if (exp.empty() || !query_.is_explained) return;
  const std::optional<std::string> name = target(domain, exp);
  if (!name) return;
  const DnsAnswer answer = resolver_.lookup(*name, DnsType::txt);
  if (!answer.is_ok() || answer.texts.size() != 1) return;
  const std::string& text = answer.texts[0];
  if (text.size() > kMaxExplanation || !macro_defect(text, MacroPlace::explanation).empty()) return;
  const auto expanded = expand_macros(text, values_for(domain), kMaxExplanation);
  if (expanded) out_.explanation = to_valid_utf8(*expanded);
}

Match Evaluation::match(const std::string& domain, const SpfTerm& term) {
  if (asks_dns(term.mechanism) && ++out_.lookups > limits_.lookups) {
    return permanent("more than " + std::to_string(limits_.lookups) + " terms that ask the DNS");
  }
  switch (term.mechanism) {
    case SpfMechanism::all:
      return Match::yes;
    case SpfMechanism::ip4:
    case SpfMechanism::ip6:
      return term.network.contains(query_.ip) ? Match::yes : Match::no;
    case SpfMechanism::include:
      return match_include(domain, term);
    case SpfMechanism::a:
      return match_a(domain, term);
    case SpfMechanism::mx:
      return match_mx(domain, term);
    case SpfMechanism::ptr:
      return match_ptr(domain, term);
    case SpfMechanism::exists:
      return match_exists(domain, term);
  }
  return Match::no;
}

// 5.2: only a pass matches, and the included domain must have a record.
Match Evaluation::match_include(const std::string& domain, const SpfTerm& term) {
  const std::optional<std::string> name = target(domain, term.domain_spec);
  if (!name) return permanent("include of no domain: " + std::string(term.text.substr(0, 255)));
  const std::size_t depth = out_.path.size();
  switch (check_domain(*name, true)) {
    case SpfResult::pass:
      return Match::yes;
    case SpfResult::fail:
    case SpfResult::softfail:
    case SpfResult::neutral:
      out_.path.resize(depth);
      out_.is_over_wide = false;
      return Match::no;
    case SpfResult::temperror:
      return Match::temperror;
    case SpfResult::permerror:
    case SpfResult::none:
      break;
  }
  return Match::permerror;
}

// An error ends the evaluation (5); so does the third void lookup. nullopt: go on. What is
// pending does not match for now: so the terms behind it ask at the same time.
std::optional<Match> Evaluation::problem(const DnsAnswer& answer, std::string_view name,
                                         DnsType type) {
  if (answer.is_ok() || answer.status == DnsStatus::pending) return std::nullopt;
  if (answer.is_void()) {
    if (++out_.void_lookups <= limits_.void_lookups) return std::nullopt;
    return permanent("more than " + std::to_string(limits_.void_lookups) +
                     " questions without an answer, the last for " + std::string(name));
  }
  out_.reason.assign(name_of(type)).append(" ").append(name).append(": ");
  out_.reason += name_of(answer.status);
  return Match::temperror;
}

Match Evaluation::match_addresses(const std::string& name, const SpfTerm& term) {
  const bool is_v4 = query_.ip.is_v4();
  const DnsType type = is_v4 ? DnsType::a : DnsType::aaaa;
  const AskedBecause why(resolver_, kNamedByRecord);
  const DnsAnswer answer = resolver_.lookup(name, type);
  if (const auto end = problem(answer, name, type)) return *end;
  const int prefix = is_v4 ? term.prefix4 : term.prefix6;
  for (const IpAddress& address : answer.addresses) {
    if (query_.ip.matches(address, prefix)) return Match::yes;
  }
  return Match::no;
}

Match Evaluation::match_a(const std::string& domain, const SpfTerm& term) {
  const std::optional<std::string> name = target(domain, term.domain_spec);
  return name ? match_addresses(*name, term) : Match::no;
}

Match Evaluation::match_mx(const std::string& domain, const SpfTerm& term) {
  const std::optional<std::string> name = target(domain, term.domain_spec);
  if (!name) return Match::no;
  const AskedBecause why(resolver_, kNamedByRecord);
  const DnsAnswer answer = resolver_.lookup(*name, DnsType::mx);
  if (const auto end = problem(answer, *name, DnsType::mx)) return *end;
  if (answer.texts.size() > static_cast<std::size_t>(limits_.names)) {
    return permanent("more than " + std::to_string(limits_.names) + " MX hosts of " + *name);
  }
  for (const std::string& host : answer.texts) {
    const std::optional<std::string> host_name = query_name(host);
    if (!host_name) continue;  // a null MX (RFC 7505)
    const Match matched = match_addresses(*host_name, term);
    if (matched != Match::no) return matched;
  }
  return Match::no;
}

// 5.5: errors are no match. What the client's own DNS lacks is not the domain's fault, so
// it counts for no limit.
Match Evaluation::match_ptr(const std::string& domain, const SpfTerm& term) {
  const std::optional<std::string> name = target(domain, term.domain_spec);
  if (!name) return Match::no;
  for (const std::string& host : validated()) {
    if (is_name_within(host, *name)) return Match::yes;
  }
  return Match::no;
}

// 5.7: A, whatever the family of the client.
Match Evaluation::match_exists(const std::string& domain, const SpfTerm& term) {
  const std::optional<std::string> name = target(domain, term.domain_spec);
  if (!name) return Match::no;
  const AskedBecause why(resolver_, kNamedByRecord);
  const DnsAnswer answer = resolver_.lookup(*name, DnsType::a);
  if (const auto end = problem(answer, *name, DnsType::a)) return *end;
  return answer.is_ok() ? Match::yes : Match::no;
}

const std::vector<std::string>& Evaluation::validated() {
  if (!validated_) validated_ = validated_names(query_.ip, resolver_, limits_.names);
  return *validated_;
}

MacroValues Evaluation::values_for(const std::string& domain) {
  MacroValues values;
  values.sender = sender_;
  values.local_part = local_part_;
  values.sender_domain = out_.domain;
  values.domain = domain;
  values.helo = helo_;
  values.receiver = query_.receiver;
  values.ip = query_.ip;
  values.now = query_.now;
  values.validated_name = [this, &domain] { return best_name(validated(), domain); };
  return values;
}

// The name to ask for; nullopt if there is none, which then does not match (4.8). 7.3:
// too long a name loses labels on the left. RFC 8616 4: a local part outside ASCII
// makes no name.
std::optional<std::string> Evaluation::target(const std::string& domain,
                                              std::string_view domain_spec) {
  if (domain_spec.empty()) return domain;
  if (domain_spec.find('%') == std::string_view::npos) return query_name(domain_spec);
  const auto expanded = expand_macros(domain_spec, values_for(domain), kMaxExpandedName);
  if (!expanded) return std::nullopt;
  std::string_view name = *expanded;
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  while (name.size() > 253) {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    name.remove_prefix(dot + 1);
  }
  return query_name(name);
}

}  // namespace

bool SpfOutcome::is_direct_pass(const std::function<bool(std::string_view domain)>& is_own) const {
  if (result != SpfResult::pass || path.empty() || is_over_wide) return false;
  for (const SpfStep& step : path) {
    if (step.domain != domain && !(is_own && is_own(step.domain))) return false;
  }
  switch (path.back().mechanism) {
    case SpfMechanism::ip4:
    case SpfMechanism::ip6:
    case SpfMechanism::a:
    case SpfMechanism::mx:
      return true;
    case SpfMechanism::all:
    case SpfMechanism::include:
    case SpfMechanism::ptr:
    case SpfMechanism::exists:
      break;
  }
  return false;
}

SpfOutcome check_host(const SpfQuery& query, Resolver& resolver, const SpfLimits& limits) {
  return Evaluation(query, resolver, limits).run();
}

}  // namespace unsent
