// SPDX-License-Identifier: MIT
#include "dkim/signature.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "dkim/tag_list.h"
#include "spf/name.h"

namespace unsent {
namespace {

constexpr std::size_t kMostNames = 200;
constexpr std::size_t kMostBodyDigits = 76;  // RFC 6376 3.5, l=

// Each step reads some tags and says what is wrong with them; "" if nothing is.
std::string read_method(const TagList& tags, DkimSignature& signature) {
  if (tags.find("v") != "1") return "its version is not 1";
  const std::string algorithm = lower(tags.find("a").value_or(""));
  if (algorithm == "rsa-sha256")
    signature.algorithm = DkimAlgorithm::rsa_sha256;
  else if (algorithm == "ed25519-sha256")
    signature.algorithm = DkimAlgorithm::ed25519_sha256;
  else
    return "its algorithm is " + (algorithm.empty() ? "missing" : to_valid_utf8(algorithm));
  const std::string both = lower(tags.find("c").value_or("simple"));
  const std::string header = both.substr(0, both.find('/'));
  if (header != "simple" && header != "relaxed")
    return "its canonicalisation is " + to_valid_utf8(both);
  signature.header = header == "relaxed" ? Canonicalisation::relaxed : Canonicalisation::simple;
  const std::string query = lower(without_space(tags.find("q").value_or("dns/txt")));
  for (const std::string_view method : split(query, ':'))
    if (method == "dns/txt" || method == "dns") return {};
  return "its key is asked for by " + to_valid_utf8(query);
}

std::string read_signer(const TagList& tags, DkimSignature& signature) {
  const auto domain = query_name(tags.find("d").value_or(""));
  const auto selector = query_name(tags.find("s").value_or(""));
  if (!domain || !selector) return "its domain or selector is no name";
  signature.domain = *domain;
  signature.selector = *selector;
  signature.identity_domain = *domain;
  const auto identity = tags.find("i");
  if (!identity) return {};
  const std::size_t at = identity->rfind('@');
  if (at == std::string_view::npos) return "its identity is no address";
  signature.identity_domain = lower(without_space(identity->substr(at + 1)));
  if (!is_name_within(signature.identity_domain, signature.domain))
    return "its identity is of another domain";
  return {};
}

std::string read_names(const TagList& tags, DkimSignature& signature) {
  const std::string list = lower(without_space(tags.find("h").value_or("")));
  for (const std::string_view name : split(list, ':')) {
    if (name.empty()) continue;
    if (signature.names.size() == kMostNames) return "it signs more fields than the limit";
    signature.names.emplace_back(name);
  }
  const auto& names = signature.names;
  if (std::find(names.begin(), names.end(), "from") == names.end()) return "it does not sign From";
  return {};
}

std::string read_times(const TagList& tags, DkimSignature& signature) {
  for (const char* name : {"t", "x"}) {
    const auto text = tags.find(name);
    if (!text) continue;
    const auto number = parse_number(*text);
    if (!number) return std::string(name) + "= is no time";
    (*name == 't' ? signature.signed_at : signature.expires_at) = Time(seconds(*number));
  }
  if (signature.signed_at && signature.expires_at && *signature.expires_at < *signature.signed_at)
    return "it expires before it was made";
  return {};
}

// The body is not ours to check, but a signature that speaks of it wrongly is none.
std::string read_hashes(const TagList& tags, DkimSignature& signature) {
  const auto body = parse_base64(tags.find("bh").value_or(""));
  if (!body || body->size() != 32) return "its body hash is none";
  if (const auto length = tags.find("l")) {
    const bool is_number = !length->empty() && length->size() <= kMostBodyDigits &&
                           std::all_of(length->begin(), length->end(), is_digit);
    if (!is_number) return "its body length is no number";
  }
  auto bytes = parse_base64(tags.find("b").value_or(""));
  if (!bytes || bytes->empty()) return "its signature is no base64";
  signature.bytes = std::move(*bytes);
  signature.signature_text = tags.raw("b");
  return {};
}

}  // namespace

ReadSignature read_signature(std::string_view value) {
  const auto tags = TagList::parse(value);
  if (!tags) return {std::nullopt, "it is no list of tags"};
  DkimSignature signature;
  for (const auto step : {read_method, read_signer, read_names, read_times, read_hashes})
    if (std::string problem = step(*tags, signature); !problem.empty())
      return {std::nullopt, std::move(problem)};
  return {std::move(signature), {}};
}

std::string signing_domain(std::string_view value) {
  const auto tags = TagList::parse(value);
  if (!tags) return {};
  return query_name(tags->find("d").value_or("")).value_or("");
}

}  // namespace unsent
