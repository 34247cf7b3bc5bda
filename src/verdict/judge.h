// SPDX-License-Identifier: MIT
// The whole path of one message, in one function: bytes → message → bounce → facts →
// verdict. check, filter and scan are its callers and judge nothing themselves.
#pragma once

#include <optional>

#include "bounce/bounce.h"
#include "evidence/gather.h"
#include "mail/message.h"
#include "verdict/verdict.h"

namespace unsent {

// In the header of a digest of ours, beside a tag by one of Premises::digest_keys.
constexpr const char* kDigestField = "X-Unsent-Digest";

struct Judgement {
  Bounce bounce;  // kind ordinary: all else in it is empty
  Facts facts;
  std::optional<IpAddress> client;  // who handed the original over: see Evidence
  Carriage carriage = {};           // where it is wanted: see Premises
  Decision decision = {};
};

// A digest of ours is ordinary. recipient: the message's envelope recipient if the caller knows it;
// else it is read from the header (Delivered-To, X-Original-To, Envelope-To, To).
Judgement judge(const Message& message, const Premises& premises, const Witnesses& witnesses,
                const std::optional<Address>& recipient = {});

// The message's own envelope recipient as its header shows it: the first of
// Delivered-To, X-Original-To, Envelope-To, then To if that names one address.
std::optional<Address> stated_recipient(const Headers& headers);

}  // namespace unsent
