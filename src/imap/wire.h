// SPDX-License-Identifier: MIT
// The connection to a server: made, and secured, by libcurl, whose types are in wire.cc alone and
// which is loaded when the first one is made. Nothing is ever sent in the clear: without TLS, with
// a certificate that is not the host's, or without STARTTLS there is no connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "imap/reply.h"
#include "imap/url.h"

namespace unsent {

struct ImapWireOptions {
  std::chrono::milliseconds patience{60'000};  // with a server that says nothing
  std::string authorities;                     // a PEM file instead of the system's; or ""
  std::function<bool()> is_interrupted;        // asked several times a second; may be null
};

struct ImapTraffic {
  std::uint64_t received = 0;  // bytes within TLS, as they came (compressed or not)
  std::uint64_t sent = 0;
  std::uint64_t turns = 0;  // how often an answer was waited for after something was sent
};

// What a session talks over; a test has another one.
class ImapConnection : public ImapInput {
 public:
  virtual Result<void> send(std::string_view bytes) = 0;
  // Until something has come, or so long: then false.
  virtual Result<bool> wait(std::chrono::milliseconds most) = 0;
  // From now on both sides are compressed (RFC 4978).
  virtual Result<void> compress() = 0;
};

class ImapWire : public ImapConnection {
 public:
  // The greeting is read by libcurl. What a certificate lacks is an error of code unavailable, a
  // server that is not there or says nothing one of temp_fail.
  static Result<std::unique_ptr<ImapWire>> connect(const ImapUrl& url,
                                                   const ImapWireOptions& options);
  ~ImapWire() override;

  Result<void> send(std::string_view bytes) override;
  Result<std::string_view> more() override;
  Result<bool> wait(std::chrono::milliseconds most) override;
  Result<void> compress() override;
  const ImapTraffic& traffic() const { return traffic_; }

 private:
  struct Connection;
  struct Compression;
  ImapWire(std::unique_ptr<Connection> connection, ImapWireOptions options, std::string host);
  Result<void> send_raw(std::string_view bytes);
  Result<std::string_view> receive_raw(std::chrono::steady_clock::time_point until);

  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Compression> compression_;
  ImapWireOptions options_;
  std::string host_;
  std::unique_ptr<char[]> buffer_;
  std::string_view ahead_;  // received by wait()
  ImapTraffic traffic_;
  bool has_sent_ = false;
};

}  // namespace unsent
