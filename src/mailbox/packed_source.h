// SPDX-License-Identifier: MIT
// The bytes of a mailbox that gzip, xz or zstd has packed, unpacked as they are read. What
// unpacks without end, or needs more than 128 MB to be unpacked, is an error.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mailbox/mbox_reader.h"

namespace unsent {

enum class Compression { none, gzip, xz, zstd, bzip2 };
std::string_view name_of(Compression compression);
// By the first bytes of a file.
Compression compression_of(std::string_view head);

class PackedSource : public ByteSource {
 public:
  // packed must outlive it. compression is neither none nor bzip2.
  PackedSource(ByteSource& packed, Compression compression, const std::string& path);
  ~PackedSource() override;

  // An error where the damage is; what stands before was given out.
  Result<std::size_t> read(char* to, std::size_t size) override;
  std::optional<std::string> peek(std::uint64_t, std::size_t) override { return std::nullopt; }
  // Packed bytes that were read.
  std::uint64_t consumed() const { return read_; }

 private:
  struct Stream;
  struct GzipStream;
  struct XzStream;
  struct ZstdStream;
  Result<bool> fill();
  Result<void> check_growth() const;
  Unexpected damaged(std::string_view what) const;

  ByteSource& packed_;
  std::string path_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<char[]> buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t read_ = 0;
  std::uint64_t given_ = 0;
  bool is_at_end_ = false;  // of the packed bytes
};

}  // namespace unsent
