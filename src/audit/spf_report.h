// SPDX-License-Identifier: MIT
// Answers about SPF for people (text) and for programs (JSON).
#pragma once

#include <string>
#include <vector>

#include "audit/spf_audit.h"
#include "spf/check_host.h"

namespace unsent {

// The result, the way of terms that led to it, and what it cost. Several lines.
std::string to_text(const SpfOutcome& outcome, const IpAddress& client, const std::string& sender);
// {"result": …, "domain": …, "path": […], …}, one line without its end.
std::string to_json(const SpfOutcome& outcome, const IpAddress& client, const std::string& sender);

// A domain's record, who sends for it, and what to add. Several lines.
std::string to_text(const DomainAudit& audit);
std::string to_json(const DomainAudit& audit);

}  // namespace unsent
