// SPDX-License-Identifier: MIT
// The message that comes in with a call of sendmail, and the id that it goes by.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "mail/message.h"
#include "setup/config.h"
#include "submit/sendmail_call.h"

namespace unsent {

// From an open file: up to its end, or to the line "." where that ends a message.
enum class EndsAt { end_of_file, dot };
Result<std::string> read_submission(int file, EndsAt ends_at);

// An id for the message if it has none, never given twice. Its domain: as the call says, else
// where the sender is at home if that is a domain of ours, else any of ours, else the sender's.
std::string new_message_id(const SendmailCall& call, const Config& config, const Message& message,
                           Time now);

}  // namespace unsent
