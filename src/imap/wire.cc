// SPDX-License-Identifier: MIT
#include "imap/wire.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <poll.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"

namespace unsent {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kBuffer = std::size_t{64} << 10U;
constexpr milliseconds kGlance{200};         // how long an interruption may go unseen
constexpr milliseconds kConnecting{30'000};  // at most

// Of libcurl, what is called: it is linked by nothing, so that a process that reads no IMAP does
// not load it and all that it needs.
struct Curl {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) init = nullptr;
  decltype(&::curl_easy_setopt) set = nullptr;
  decltype(&::curl_easy_perform) perform = nullptr;
  decltype(&::curl_easy_cleanup) cleanup = nullptr;
  decltype(&::curl_easy_getinfo) info = nullptr;
  decltype(&::curl_easy_send) send = nullptr;
  decltype(&::curl_easy_recv) receive = nullptr;
};

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

// Null where there is none. Both flavours of Debian will do; the first says more of certificates.
const Curl* load() {
  static const Curl* const loaded = []() -> const Curl* {
    static Curl curl;
    void* library = nullptr;
    for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"})
      if (library == nullptr) library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    const bool is_whole =
        library != nullptr && find(library, "curl_global_init", curl.global_init) &&
        find(library, "curl_easy_init", curl.init) && find(library, "curl_easy_setopt", curl.set) &&
        find(library, "curl_easy_perform", curl.perform) &&
        find(library, "curl_easy_cleanup", curl.cleanup) &&
        find(library, "curl_easy_getinfo", curl.info) &&
        find(library, "curl_easy_send", curl.send) && find(library, "curl_easy_recv", curl.receive);
    if (!is_whole || curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return nullptr;
    return &curl;
  }();
  return loaded;
}

int is_to_stop(void* options, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& asked = *static_cast<const ImapWireOptions*>(options);
  return asked.is_interrupted && asked.is_interrupted() ? 1 : 0;
}

std::string server_of(const ImapUrl& url) {
  const std::string host = url.host.find(':') == url.host.npos ? url.host : '[' + url.host + ']';
  return fmt::format("{}:{}", host, url.port);
}

// In the words of either flavour: the other side, or the network, ended it.
bool is_broken_off(std::string_view said) {
  constexpr std::array<std::string_view, 4> kWords = {"syscall", "terminated", "reset", "eof"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return contains_ignoring_case(said, word); });
}

Unexpected explained(CURLcode code, const std::string& server, std::string said) {
  while (!said.empty() && (said.back() == '\n' || said.back() == '.')) said.pop_back();
  const auto text = [&](const char* what) {
    return fmt::format("{}: {}{}{}", server, what, said.empty() ? "" : ": ", said);
  };
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return fail(ErrorCode::unavailable, server + ": no such host is known",
                  "look for the provider's IMAP server: it is often imap.PROVIDER");
    case CURLE_PEER_FAILED_VERIFICATION:
      return fail(ErrorCode::unavailable, text("the certificate is not to be trusted"),
                  "nothing was said to it; if it is your own server, name its certificate by "
                  "authorities in [imap.\"HOST\"]");
    case CURLE_SSL_CACERT_BADFILE:
      return fail(ErrorCode::config, text("the authorities cannot be read"),
                  "see authorities in [imap.\"HOST\"]");
    case CURLE_USE_SSL_FAILED:
      return fail(ErrorCode::unavailable,
                  server + ": offers no STARTTLS, so nothing was said to it",
                  "try imaps://, which is TLS from the start");
    case CURLE_ABORTED_BY_CALLBACK:
      return fail(ErrorCode::temp_fail, "interrupted");
    case CURLE_SSL_CONNECT_ERROR:
      if (is_broken_off(said)) return fail(ErrorCode::io, text("the connection broke"));
      return fail(ErrorCode::unavailable, text("TLS was not agreed on"),
                  "imap:// is for servers that begin in the clear, on port 143");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_GOT_NOTHING:
      return fail(ErrorCode::temp_fail, text("does not greet as an IMAP server does"));
    default:
      return fail(ErrorCode::temp_fail, text("no connection"), "try again later");
  }
}

}  // namespace

struct ImapWire::Connection {
  explicit Connection(const Curl& library) : curl(library), easy(library.init()) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (easy != nullptr) curl.cleanup(easy);
  }

  const Curl& curl;
  CURL* easy;
  int socket = -1;
};

// Raw deflate in both directions (RFC 1951).
struct ImapWire::Compression {
  Compression() : out(new char[kBuffer]) {
    is_well = ::inflateInit2(&inflating, -MAX_WBITS) == Z_OK &&
              ::deflateInit2(&deflating, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                             Z_DEFAULT_STRATEGY) == Z_OK;
  }
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;
  ~Compression() {
    ::inflateEnd(&inflating);
    ::deflateEnd(&deflating);
  }

  std::string deflate(std::string_view bytes) {
    std::string packed;
    deflating.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    deflating.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, 4096> some{};
    do {
      deflating.next_out = reinterpret_cast<Bytef*>(some.data());
      deflating.avail_out = static_cast<uInt>(some.size());
      ::deflate(&deflating, Z_SYNC_FLUSH);
      packed.append(some.data(), some.size() - deflating.avail_out);
    } while (deflating.avail_out == 0);
    return packed;
  }

  // nullopt: it is not deflated. "": more must come first.
  std::optional<std::string_view> inflate() {
    inflating.next_out = reinterpret_cast<Bytef*>(out.get());
    inflating.avail_out = static_cast<uInt>(kBuffer);
    const int done = ::inflate(&inflating, Z_SYNC_FLUSH);
    if (done != Z_OK && done != Z_BUF_ERROR) return std::nullopt;
    return std::string_view(out.get(), kBuffer - inflating.avail_out);
  }

  z_stream inflating{};
  z_stream deflating{};
  std::unique_ptr<char[]> out;
  bool is_well = false;
};

ImapWire::ImapWire(std::unique_ptr<Connection> connection, ImapWireOptions options,
                   std::string host)
    : connection_(std::move(connection)),
      options_(std::move(options)),
      host_(std::move(host)),
      buffer_(new char[kBuffer]) {}

ImapWire::~ImapWire() = default;

// Without a user, libcurl greets, asks for the capabilities and, of imap://, for STARTTLS; then the
// connection is ours.
Result<std::unique_ptr<ImapWire>> ImapWire::connect(const ImapUrl& url,
                                                    const ImapWireOptions& options) {
  const Curl* const curl = load();
  if (curl == nullptr)
    return fail(ErrorCode::unavailable, "libcurl is not there, by which IMAP servers are reached",
                "install libcurl4");
  const std::string server = server_of(url);
  auto wire =
      std::unique_ptr<ImapWire>(new ImapWire(std::make_unique<Connection>(*curl), options, server));
  CURL* const easy = wire->connection_->easy;
  if (easy == nullptr) return fail(ErrorCode::os, server + ": libcurl does not begin");
  const bool is_tls = url.security == ImapSecurity::tls;
  const std::string address = (is_tls ? "imaps://" : "imap://") + server + '/';
  std::array<char, CURL_ERROR_SIZE> said{};
  const auto set = [&](CURLoption option, auto value) { curl->set(easy, option, value); };
  set(CURLOPT_URL, address.c_str());
  set(CURLOPT_PROTOCOLS_STR, is_tls ? "imaps" : "imap");
  set(CURLOPT_CONNECT_ONLY, 1L);
  set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.authorities.empty()) set(CURLOPT_CAINFO, options.authorities.c_str());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_HTTPPROXYTUNNEL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::min(options.patience, kConnecting).count()));
  set(CURLOPT_ERRORBUFFER, said.data());
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, is_to_stop);
  set(CURLOPT_XFERINFODATA, &wire->options_);
  const CURLcode code = curl->perform(easy);
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  if (code != CURLE_OK) return explained(code, server, said.data());
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl->info(easy, CURLINFO_ACTIVESOCKET, &socket);
  if (socket == CURL_SOCKET_BAD) return fail(ErrorCode::temp_fail, server + ": no connection");
  wire->connection_->socket = socket;
  return wire;
}

// False: not by then.
static Result<bool> poll_until(int socket, short events, Clock::time_point until,
                               const ImapWireOptions& options) {
  for (;;) {
    if (options.is_interrupted && options.is_interrupted())
      return fail(ErrorCode::temp_fail, "interrupted");
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    if (left <= milliseconds(0)) return false;
    pollfd polled{socket, events, 0};
    if (::poll(&polled, 1, static_cast<int>(std::min(left, kGlance).count())) > 0) return true;
  }
}

Result<void> ImapWire::send_raw(std::string_view bytes) {
  const Connection& connection = *connection_;
  const auto until = Clock::now() + options_.patience;
  has_sent_ = true;
  while (!bytes.empty()) {
    std::size_t count = 0;
    const CURLcode code = connection.curl.send(connection.easy, bytes.data(), bytes.size(), &count);
    if (code != CURLE_OK && code != CURLE_AGAIN)
      return fail(ErrorCode::io, host_ + ": the connection broke");
    bytes.remove_prefix(count);
    traffic_.sent += count;
    if (code != CURLE_AGAIN) continue;
    const auto ready = poll_until(connection.socket, POLLOUT, until, options_);
    if (!ready) return ready.failure();
    if (!*ready) return fail(ErrorCode::io, host_ + ": takes nothing more");
  }
  return {};
}

Result<void> ImapWire::send(std::string_view bytes) {
  return compression_ ? send_raw(compression_->deflate(bytes)) : send_raw(bytes);
}

// "": not by then.
Result<std::string_view> ImapWire::receive_raw(Clock::time_point until) {
  const Connection& connection = *connection_;
  for (;;) {
    std::size_t count = 0;
    const CURLcode code = connection.curl.receive(connection.easy, buffer_.get(), kBuffer, &count);
    if (code == CURLE_OK && count > 0) {
      traffic_.received += count;
      return std::string_view(buffer_.get(), count);
    }
    if (code != CURLE_AGAIN) return fail(ErrorCode::io, host_ + ": the connection broke");
    if (has_sent_) ++traffic_.turns;
    has_sent_ = false;
    const auto ready = poll_until(connection.socket, POLLIN, until, options_);
    if (!ready) return ready.failure();
    if (!*ready) return std::string_view();
  }
}

Result<bool> ImapWire::wait(milliseconds most) {
  if (!ahead_.empty()) return true;
  if (compression_ && compression_->inflating.avail_in > 0) return true;
  auto received = receive_raw(Clock::now() + most);
  if (!received) return received.failure();
  ahead_ = *received;
  return !ahead_.empty();
}

Result<std::string_view> ImapWire::more() {
  const auto until = Clock::now() + options_.patience;
  for (;;) {
    if (compression_ && compression_->inflating.avail_in > 0) {
      const auto bytes = compression_->inflate();
      if (!bytes) return fail(ErrorCode::data, host_ + ": what it says is damaged");
      if (!bytes->empty()) return *bytes;
    }
    std::string_view raw = std::exchange(ahead_, {});
    if (raw.empty()) {
      const auto received = receive_raw(until);
      if (!received) return received.failure();
      raw = *received;
    }
    if (raw.empty())
      return fail(ErrorCode::io,
                  fmt::format("{}: said nothing for {} seconds", host_,
                              std::chrono::ceil<std::chrono::seconds>(options_.patience).count()));
    if (!compression_) return raw;
    compression_->inflating.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
    compression_->inflating.avail_in = static_cast<uInt>(raw.size());
  }
}

Result<void> ImapWire::compress() {
  auto compression = std::make_unique<Compression>();
  if (!compression->is_well) return fail(ErrorCode::os, host_ + ": zlib does not begin");
  compression_ = std::move(compression);
  return {};
}

}  // namespace unsent
