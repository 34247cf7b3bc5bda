// SPDX-License-Identifier: MIT
// What one message asks the DNS, while it is judged and until it is judged again: the
// questions, how they were answered, and how many more there may be. A hostile mail names
// hundreds of hosts; it gets the answers to the first of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spf/resolver.h"

namespace unsent {

struct Inquiry {
  struct Asked {
    DnsQuestion question;
    std::string_view why;
    std::optional<DnsAnswer> answer;  // none: pending
  };
  std::vector<Asked> asked;
  // When its answers are no longer waited for; set when the first of them is.
  std::optional<std::chrono::steady_clock::time_point> until;
  bool is_over = false;  // no more is asked, and what is pending stays unknown

  // What must be asked before it is worth judging again.
  std::vector<DnsQuestion> pending() const;
  std::vector<AskedQuestion> list() const;
};

// Answers out of an inquiry what it knows already, however often its message is judged; the
// rest out of next. The answers do not change meanwhile.
class InquiryResolver : public Resolver {
 public:
  static constexpr std::size_t kMostQuestions = 50;  // a message, different ones

  explicit InquiryResolver(Resolver& next, std::size_t most = kMostQuestions)
      : next_(next), most_(most) {}

  // All that is asked from now on belongs to inquiry, which must outlive that. Takes the answers
  // that have come, whether they are asked for again or not.
  void take_up(Inquiry& inquiry);

  DnsAnswer lookup(std::string_view name, DnsType type) override;
  bool is_waiting() const override { return is_waiting_; }
  std::string_view because(std::string_view why) override { return std::exchange(why_, why); }

 private:
  DnsAnswer answer_of(Inquiry::Asked& asked);

  Resolver& next_;
  std::size_t most_;
  Inquiry* inquiry_ = nullptr;
  std::string_view why_;
  bool is_waiting_ = false;
};

}  // namespace unsent
