// SPDX-License-Identifier: MIT
// Internationalised domain names: of IDNA only the encoding (RFC 3492); U-labels are expected to be
// normalised (NFC) already.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unsent {

// U-labels (UTF-8) as A-labels ("b\u00FCcher.example" is "xn--bcher-kva.example"), ASCII
// labels as they are. nullopt where it is no UTF-8 or the label has no encoding.
std::optional<std::string> to_a_labels(std::string_view name);

}  // namespace unsent
