// SPDX-License-Identifier: MIT
// The password or token of an account.
#pragma once

#include "base/result.h"
#include "imap/sasl.h"
#include "imap/settings.h"
#include "imap/url.h"

namespace unsent {

// Who logs in there: the URL's user, else the configuration's. The secret comes from the command
// that the configuration names, run by /bin/sh, else from the terminal, without an echo. Nothing
// of it is in any error.
Result<Credentials> ask_for_credentials(const ImapUrl& url, const ImapSettings& settings);

}  // namespace unsent
