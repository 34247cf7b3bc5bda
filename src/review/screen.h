// SPDX-License-Identifier: MIT
// A board on a terminal, by ncurses, whose types stay in screen.cc.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "review/board.h"

namespace unsent {

enum class Reviewed { act, leave };

// Shows the board and changes it by keys until somebody acts or leaves. title: what is reviewed.
// notices: what somebody has to know, or to answer, before that; they are shown first, alone.
// An error where the terminal cannot be used; Ctrl-C leaves. Whatever the mail holds, nothing of
// it steers the terminal.
Result<Reviewed> review_on_screen(Board& board, const std::string& title,
                                  const std::vector<std::string>& notices);

}  // namespace unsent
