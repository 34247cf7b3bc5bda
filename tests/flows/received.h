// SPDX-License-Identifier: MIT
// Received lines as the many mail systems write them about one hop.
#pragma once

#include <string>

#include "route.h"

namespace unsent {

// One line with its field name (two for Hand::amavis), folded as its system folds.
std::string received_line(const Step& step, Form form, Pen& pen);

}  // namespace unsent
