// SPDX-License-Identifier: MIT
// A resolver that answers from master files: the whole DNS, for tests and for whoever
// has no network. A name that the files lack does not exist.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "spf/resolver.h"

namespace unsent {

class ZoneFile;
struct ZoneRecord;

class ZoneResolver : public Resolver {
 public:
  // A file, or the files of a folder whose names end in .zone, .dns or .db or begin with
  // "db."; adds to what is loaded. Errors begin with "FILE:LINE: ".
  Result<void> load(const std::string& path);
  // The text of a master file; name is for errors. Besides the types of RFC 1035, a
  // record "NAME TEMPFAIL" or "NAME TIMEOUT" makes every type that the name lacks fail
  // so. Types that mail does not ask for are read over; DNAME is refused.
  Result<void> read(std::string_view text, const std::string& name);

  // CNAMEs are followed, at most eight; then, or round a loop, it is temp_error. A CNAME
  // to a name that the files lack is nxdomain. Wildcards as in RFC 4592.
  DnsAnswer lookup(std::string_view name, DnsType type) override;

  std::size_t names() const { return nodes_.size(); }

 private:
  struct Node {
    std::vector<std::pair<DnsType, DnsAnswer>> answers;
    std::vector<int> preferences;  // of the MX texts
    std::string alias;             // CNAME
    bool is_alias = false;
    DnsStatus otherwise = DnsStatus::no_data;  // for types without an answer
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  Result<void> load_file(const std::string& path);
  Result<void> add(const ZoneFile& file, const ZoneRecord& record);
  Result<void> add_mx(const ZoneFile& file, const ZoneRecord& record, Node& node);
  Node& node_for(const std::string& name);
  static DnsAnswer& answer_for(Node& node, DnsType type, seconds ttl);
  const Node* find(std::string_view name) const;

  std::unordered_map<std::string, Node, Hash, std::equal_to<>> nodes_;
};

}  // namespace unsent
