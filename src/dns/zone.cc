// SPDX-License-Identifier: MIT
#include "dns/zone.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "dns/zone_file.h"
#include "spf/name.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFile = std::size_t{256} << 20U;
constexpr std::size_t kMaxString = 255;  // RFC 1035 3.3
constexpr int kMaxAliases = 8;

// Types that no answer of ours has: the name exists, nothing more.
constexpr std::array<std::string_view, 32> kOtherTypes = {
    "SOA",  "NS",    "SPF",        "SRV",    "CAA",        "DS",    "DNSKEY", "RRSIG",
    "NSEC", "NSEC3", "NSEC3PARAM", "TLSA",   "SSHFP",      "NAPTR", "HINFO",  "LOC",
    "RP",   "CDS",   "CDNSKEY",    "SMIMEA", "OPENPGPKEY", "SVCB",  "HTTPS",  "URI",
    "CERT", "AFSDB", "KX",         "APL",    "DHCID",      "HIP",   "WKS",    "MINFO"};

bool is_other_type(std::string_view type) {
  if (std::find(kOtherTypes.begin(), kOtherTypes.end(), type) != kOtherTypes.end()) return true;
  return type.starts_with("TYPE") && parse_ttl(type.substr(4));  // RFC 3597
}

bool is_zone_file(const std::string& name) {
  if (name.starts_with('.')) return false;
  return name.ends_with(".zone") || name.ends_with(".dns") || name.ends_with(".db") ||
         name.starts_with("db.");
}

std::string_view without_first_label(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

Result<std::string> read_texts(const ZoneFile& file, const ZoneRecord& record) {
  if (record.fields.empty()) return file.failure("TXT without a text");
  std::string text;
  for (const ZoneField& field : record.fields) {
    if (field.text.size() > kMaxString) {
      return file.failure("a text of more than 255 bytes", "split it into several, each in quotes");
    }
    text += field.text;
  }
  if (!record.fields[0].is_quoted && record.fields.size() > 1 &&
      starts_with_ignoring_case(text, "v=spf1")) {
    return file.failure("an SPF record without quotes loses its spaces", "put it in quotes");
  }
  return text;
}

}  // namespace

DnsAnswer& ZoneResolver::answer_for(Node& node, DnsType type, seconds ttl) {
  for (auto& [known, answer] : node.answers) {
    if (known != type) continue;
    answer.ttl = std::min(answer.ttl, ttl);
    return answer;
  }
  DnsAnswer& answer = node.answers.emplace_back(type, DnsAnswer{}).second;
  answer.status = DnsStatus::ok;
  answer.ttl = ttl;
  return answer;
}

// With the names above it, which then exist without records (empty non-terminals).
ZoneResolver::Node& ZoneResolver::node_for(const std::string& name) {
  const auto [node, is_new] = nodes_.try_emplace(name);
  Node& made = node->second;
  for (std::string_view parent = without_first_label(name); is_new && !parent.empty();
       parent = without_first_label(parent)) {
    if (!nodes_.try_emplace(std::string(parent)).second) break;
  }
  return made;
}

Result<void> ZoneResolver::add_mx(const ZoneFile& file, const ZoneRecord& record, Node& node) {
  if (record.fields.size() != 2) return file.failure("MX takes a preference and a host");
  const auto preference = parse_ttl(record.fields[0].text);
  if (!preference || preference->count() > 65535) return file.failure("MX without a preference");
  Result<std::string> host = file.absolute(record.fields[1]);
  if (!host) return host.failure();
  std::vector<std::string>& texts = answer_for(node, DnsType::mx, record.ttl).texts;
  const int number = static_cast<int>(preference->count());
  const auto after = std::upper_bound(node.preferences.begin(), node.preferences.end(), number);
  texts.insert(texts.begin() + (after - node.preferences.begin()), *std::move(host));
  node.preferences.insert(after, number);
  return {};
}

Result<void> ZoneResolver::add(const ZoneFile& file, const ZoneRecord& record) {
  const std::string& type = record.type;
  const bool is_a = type == "A";
  const bool is_name = type == "PTR" || type == "CNAME";
  if ((is_a || is_name || type == "AAAA") && record.fields.size() != 1) {
    return file.failure(type + " takes one value");
  }
  if (type == "DNAME") return file.failure("DNAME is not supported", "write the names out");
  if (type == "TXT") {
    Result<std::string> text = read_texts(file, record);
    if (!text) return text.failure();
    answer_for(node_for(record.owner), DnsType::txt, record.ttl).texts.push_back(*std::move(text));
  } else if (is_a || type == "AAAA") {
    const std::string& text = record.fields[0].text;
    const auto ip = is_a ? IpAddress::parse_v4(text) : IpAddress::parse_v6(text);
    if (!ip) return file.failure(type + " without an address");
    answer_for(node_for(record.owner), is_a ? DnsType::a : DnsType::aaaa, record.ttl)
        .addresses.push_back(*ip);
  } else if (is_name) {
    Result<std::string> target = file.absolute(record.fields[0]);
    if (!target) return target.failure();
    Node& node = node_for(record.owner);
    if (type == "PTR") {
      answer_for(node, DnsType::ptr, record.ttl).texts.push_back(*std::move(target));
    } else {
      if (node.is_alias && node.alias != *target) return file.failure("a second CNAME of a name");
      node.alias = *std::move(target);
      node.is_alias = true;
    }
  } else if (type == "MX") {
    return add_mx(file, record, node_for(record.owner));
  } else if (type == "TEMPFAIL" || type == "TIMEOUT") {
    node_for(record.owner).otherwise =
        type == "TIMEOUT" ? DnsStatus::timeout : DnsStatus::temp_error;
  } else if (is_other_type(type)) {
    node_for(record.owner);
  } else {
    return file.failure("unknown type '" + to_valid_utf8(type.substr(0, 40)) + "'",
                        "a record is: name [ttl] [IN] type data");
  }
  return {};
}

Result<void> ZoneResolver::read(std::string_view text, const std::string& name) {
  ZoneFile file(text, name);
  for (;;) {
    const Result<std::optional<ZoneRecord>> record = file.next();
    if (!record) return record.failure();
    if (!*record) return {};
    Result<void> added = add(file, **record);
    if (!added) return added;
  }
}

Result<void> ZoneResolver::load_file(const std::string& path) {
  const Result<std::string> text = read_named_file(path, kMaxFile);
  if (!text) return text.failure();
  return read(*text, path);
}

Result<void> ZoneResolver::load(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return load_file(path);
  std::vector<std::string> files;
  auto entry = std::filesystem::directory_iterator(path, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (is_zone_file(entry->path().filename().string())) files.push_back(entry->path().string());
  }
  if (error) return fail(ErrorCode::no_input, path + ": " + error.message());
  if (files.empty()) {
    return fail(ErrorCode::no_input, path + ": no zone files in this folder",
                "their names end in .zone, .dns or .db");
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    Result<void> loaded = load_file(file);
    if (!loaded) return loaded;
  }
  return {};
}

// RFC 4592 3.3.1: else the wildcard of the closest name that exists.
const ZoneResolver::Node* ZoneResolver::find(std::string_view name) const {
  auto node = nodes_.find(name);
  if (node != nodes_.end()) return &node->second;
  while (!name.empty()) {
    name = without_first_label(name);
    if (!name.empty() && nodes_.find(name) == nodes_.end()) continue;
    node = nodes_.find(name.empty() ? "*" : "*." + std::string(name));
    return node == nodes_.end() ? nullptr : &node->second;
  }
  return nullptr;
}

DnsAnswer ZoneResolver::lookup(std::string_view name, DnsType type) {
  std::optional<std::string> wanted = query_name(name);
  if (!wanted) return {DnsStatus::nxdomain, {}, {}, {}};
  std::string_view current = *wanted;
  for (int aliases = 0; aliases <= kMaxAliases; ++aliases) {
    const Node* node = find(current);
    if (!node) return {DnsStatus::nxdomain, {}, {}, {}};
    for (const auto& [known, answer] : node->answers) {
      if (known == type) return answer;
    }
    if (!node->is_alias) return {node->otherwise, {}, {}, {}};
    current = node->alias;
  }
  return {DnsStatus::temp_error, {}, {}, {}};
}

}  // namespace unsent
