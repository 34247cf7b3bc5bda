// SPDX-License-Identifier: MIT
// The beginning of what a gzip or zip attachment holds: enough to tell what it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unsent {

// The first bytes of a gzip's or a zip's first file, at most limit; "" where bytes are
// neither, or broken. Unpacks no more than that, whatever the bytes promise.
std::string beginning_of_packed(std::string_view bytes, std::size_t limit);

}  // namespace unsent
