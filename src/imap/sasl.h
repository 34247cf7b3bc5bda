// SPDX-License-Identifier: MIT
// How a user proves to be one (RFC 4422): PLAIN (RFC 4616), SCRAM-SHA-256 and SCRAM-SHA-1
// (RFC 5802, 7677), by which a server proves itself too, OAUTHBEARER (RFC 7628) and XOAUTH2.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "imap/secret.h"
#include "imap/url.h"

namespace unsent {

struct Credentials {
  std::string user;
  Secret secret;          // the password, or the token
  bool is_token = false;  // of OAuth 2
};

// One exchange, within TLS.
class SaslExchange {
 public:
  SaslExchange() = default;
  SaslExchange(const SaslExchange&) = delete;
  SaslExchange& operator=(const SaslExchange&) = delete;
  virtual ~SaslExchange() = default;

  virtual std::string_view mechanism() const = 0;
  // The first thing that the client says, not yet in base64.
  virtual Secret first() = 0;
  // The answer to what the server says; an error ends the exchange.
  virtual Result<Secret> answer(std::string_view said) = 0;
  // False: the server, which now says yes, has not proved itself.
  virtual bool is_complete() const { return true; }
};

// The best that the server can: has("SCRAM-SHA-256") tells. Null where there is none.
std::unique_ptr<SaslExchange> make_sasl(const Credentials& credentials, const ImapUrl& server,
                                        const std::function<bool(std::string_view)>& has);

// For tests: SCRAM with a nonce that is known.
std::unique_ptr<SaslExchange> make_scram(const Credentials& credentials, std::string_view hash,
                                         std::string nonce);

}  // namespace unsent
