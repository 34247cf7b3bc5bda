// SPDX-License-Identifier: MIT
// What the delivering mail system says beside the message: who sent it and to whom
// (RFC 5321 2.3.1). Each system tells it in its own way; nobody has to be believed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mail/address.h"

namespace unsent {

enum class EnvelopeSender {
  unknown,  // nothing said it: the From_ line and the header are asked
  null,     // the sender of bounces
  named,
};

struct Envelope {
  EnvelopeSender sender = EnvelopeSender::unknown;
  std::optional<Address> recipient = {};
  std::string sender_address = {};  // of a named one, as it was told
};

// The null sender as mail systems write it: "", "<>", "MAILER-DAEMON" with or without a
// host (Postfix's pipe, From_ lines), "#@[]" (qmail's double bounce).
bool is_null_sender(std::string_view sender);

// What the command line says of the envelope.
struct EnvelopeOptions {
  std::optional<std::string> sender = {};
  std::optional<Address> recipient = {};
  bool is_null_if_unset = false;  // no SENDER in the environment: null (Dovecot)
};

// The value of an environment variable, nullptr if it is not set.
using Environment = std::function<const char*(const char* name)>;

// Options first, then the environment:
//   sender     SENDER, RPLINE ("Return-Path: <…>", qmail)
//   recipient  ORIGINAL_RECIPIENT (Postfix), RECIPIENT with EXTENSION or EXT, DTLINE
//              ("Delivered-To: …", qmail), ORIG_RECIPIENT (ORCPT: a stranger's word)
Envelope read_envelope(const EnvelopeOptions& options, const Environment& environment);

}  // namespace unsent
