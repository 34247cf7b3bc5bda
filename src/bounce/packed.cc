// SPDX-License-Identifier: MIT
#include "bounce/packed.h"

#include <zlib.h>

#include <algorithm>

#include "mail/little_endian.h"

namespace unsent {
namespace {

constexpr std::size_t kMostRead = 64 * 1024;  // packed bytes
constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kBare = -MAX_WBITS;

std::string inflate_beginning(std::string_view bytes, int window, std::size_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return {};
  std::string out(limit, '\0');
  bytes = bytes.substr(0, kMostRead);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(limit);
  inflate(&stream, Z_SYNC_FLUSH);
  out.resize(limit - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

// APPNOTE 4.3.7: the head of a file in a zip, then its name, an extra field, its bytes.
std::string zip_beginning(std::string_view bytes, std::size_t limit) {
  constexpr std::uint16_t kStored = 0;
  constexpr std::uint16_t kDeflated = 8;
  LittleEndian head(bytes);
  head.take(8);  // signature, version, flags
  const std::uint16_t method = head.u16();
  head.take(16);  // time, checksum, sizes
  const std::size_t name = head.u16();
  const std::size_t extra = head.u16();
  head.take(name + extra);
  const std::string_view data = head.take(kMostRead);
  if (method == kStored) return std::string(data.substr(0, limit));
  return method == kDeflated ? inflate_beginning(data, kBare, limit) : std::string();
}

}  // namespace

std::string beginning_of_packed(std::string_view bytes, std::size_t limit) {
  if (bytes.substr(0, 2) == "\x1F\x8B") return inflate_beginning(bytes, kGzip, limit);
  return bytes.substr(0, 4) == "PK\x03\x04" ? zip_beginning(bytes, limit) : std::string();
}

}  // namespace unsent
