// SPDX-License-Identifier: MIT
#include "mailbox/packed_source.h"

#include <fmt/format.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{128} << 10U;
constexpr int kMaxWindow = 27;                                   // 128 MB, as of zstd -22
constexpr std::uint64_t kMaxMemory = std::uint64_t{128} << 20U;  // xz -9 needs 65 MB
// The same bounce over and over is packed by xz to a thousandth; a bomb to less.
constexpr std::uint64_t kMaxGrowth = 5000;
constexpr std::uint64_t kFreeGrowth = std::uint64_t{1} << 30U;

}  // namespace

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "";
    case Compression::gzip:
      return "gzip";
    case Compression::xz:
      return "xz";
    case Compression::zstd:
      return "zstd";
    case Compression::bzip2:
      return "bzip2";
  }
  return {};
}

Compression compression_of(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.substr(0, 2) == "\x1F\x8B"sv) return Compression::gzip;
  if (head.substr(0, 6) == "\xFD\x37zXZ\0"sv) return Compression::xz;
  if (head.substr(0, 4) == "\x28\xB5\x2F\xFD"sv) return Compression::zstd;
  if (head.substr(0, 3) == "BZh"sv) return Compression::bzip2;
  return Compression::none;
}

// One step of unpacking: input and output advance. more: false at the end of the stream
// and of the input. An error is told in words.
struct PackedSource::Stream {
  struct Step {
    const char* in;
    std::size_t in_size;
    char* out;
    std::size_t out_size;
    bool is_last;  // no input comes behind in
  };
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;
  // Advances step; "" or what is wrong.
  virtual std::string run(Step& step) = 0;
  // Everything that was begun has been ended.
  virtual bool is_between() const = 0;
};

struct PackedSource::GzipStream : Stream {
  GzipStream() { ::inflateInit2(&z_, 15 + 16); }
  ~GzipStream() override { ::inflateEnd(&z_); }

  // Several members may stand one behind the other (RFC 1952 2.2); what stands behind them
  // and is none is padding.
  std::string run(Step& step) override {
    if (is_ended_ && !begins_member(step)) {
      step.in_size = 0;
      return "";
    }
    if (is_ended_) {
      ::inflateReset(&z_);
      is_ended_ = false;
    }
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(step.in));
    z_.avail_in = static_cast<uInt>(step.in_size);
    z_.next_out = reinterpret_cast<Bytef*>(step.out);
    z_.avail_out = static_cast<uInt>(step.out_size);
    const int status = ::inflate(&z_, Z_NO_FLUSH);
    step.in += step.in_size - z_.avail_in;
    step.in_size = z_.avail_in;
    step.out += step.out_size - z_.avail_out;
    step.out_size = z_.avail_out;
    is_ended_ = status == Z_STREAM_END;
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return "";
    return z_.msg != nullptr ? z_.msg : "not gzip";
  }
  bool is_between() const override { return is_ended_; }

 private:
  static bool begins_member(const Step& step) { return step.in_size > 0 && step.in[0] == '\x1F'; }
  z_stream z_{};
  bool is_ended_ = false;
};

struct PackedSource::XzStream : Stream {
  XzStream() { status_ = ::lzma_stream_decoder(&xz_, kMaxMemory, LZMA_CONCATENATED); }
  ~XzStream() override { ::lzma_end(&xz_); }

  std::string run(Step& step) override {
    if (status_ == LZMA_STREAM_END) {
      step.in_size = 0;
      return "";
    }
    xz_.next_in = reinterpret_cast<const std::uint8_t*>(step.in);
    xz_.avail_in = step.in_size;
    xz_.next_out = reinterpret_cast<std::uint8_t*>(step.out);
    xz_.avail_out = step.out_size;
    if (status_ == LZMA_OK) status_ = ::lzma_code(&xz_, step.is_last ? LZMA_FINISH : LZMA_RUN);
    step.in += step.in_size - xz_.avail_in;
    step.in_size = xz_.avail_in;
    step.out += step.out_size - xz_.avail_out;
    step.out_size = xz_.avail_out;
    if (status_ == LZMA_OK || status_ == LZMA_STREAM_END) return "";
    if (status_ == LZMA_BUF_ERROR && !step.is_last) {
      status_ = LZMA_OK;
      return "";
    }
    if (status_ == LZMA_BUF_ERROR) return "ends early";
    return status_ == LZMA_MEMLIMIT_ERROR ? "needs more than 128 MB to be unpacked" : "not xz";
  }
  bool is_between() const override { return status_ == LZMA_STREAM_END; }

 private:
  lzma_stream xz_ = LZMA_STREAM_INIT;
  lzma_ret status_ = LZMA_OK;
};

struct PackedSource::ZstdStream : Stream {
  ZstdStream() : zstd_(::ZSTD_createDStream()) {
    ::ZSTD_DCtx_setParameter(zstd_, ZSTD_d_windowLogMax, kMaxWindow);
  }
  ~ZstdStream() override { ::ZSTD_freeDStream(zstd_); }

  std::string run(Step& step) override {
    ZSTD_inBuffer in{step.in, step.in_size, 0};
    ZSTD_outBuffer out{step.out, step.out_size, 0};
    const std::size_t status = ::ZSTD_decompressStream(zstd_, &out, &in);
    step.in += in.pos;
    step.in_size -= in.pos;
    step.out += out.pos;
    step.out_size -= out.pos;
    if (in.pos > 0 || out.pos > 0) is_between_ = status == 0;
    return ::ZSTD_isError(status) != 0 ? ::ZSTD_getErrorName(status) : "";
  }
  bool is_between() const override { return is_between_; }

 private:
  ZSTD_DStream* zstd_;
  bool is_between_ = false;
};

PackedSource::PackedSource(ByteSource& packed, Compression compression, const std::string& path)
    : packed_(packed), path_(path), buffer_(new char[kPiece]) {
  if (compression == Compression::gzip) stream_ = std::make_unique<GzipStream>();
  if (compression == Compression::xz) stream_ = std::make_unique<XzStream>();
  if (compression == Compression::zstd) stream_ = std::make_unique<ZstdStream>();
}

PackedSource::~PackedSource() = default;

Unexpected PackedSource::damaged(std::string_view what) const {
  return fail(ErrorCode::data, fmt::format("{}: {}", path_, what),
              "the messages before that were read");
}

// False at the end.
Result<bool> PackedSource::fill() {
  if (is_at_end_) return false;
  const auto count = packed_.read(buffer_.get(), kPiece);
  if (!count) return count.failure();
  used_ = 0;
  filled_ = *count;
  read_ += *count;
  is_at_end_ = *count == 0;
  return !is_at_end_;
}

Result<void> PackedSource::check_growth() const {
  if (given_ < kFreeGrowth || given_ / kMaxGrowth < read_) return {};
  return damaged(fmt::format("unpacks to more than {} times its size", kMaxGrowth));
}

Result<std::size_t> PackedSource::read(char* to, std::size_t size) {
  for (;;) {
    if (used_ == filled_)
      if (const auto more = fill(); !more) return more.failure();
    Stream::Step step{buffer_.get() + used_, filled_ - used_, to, size, is_at_end_};
    const std::size_t offered = step.in_size;
    const std::string problem = stream_->run(step);
    used_ = filled_ - step.in_size;
    const std::size_t count = size - step.out_size;
    given_ += count;
    if (auto bounded = check_growth(); !bounded) return bounded.failure();
    if (count > 0) return count;
    if (!problem.empty()) return damaged(problem);
    if (!is_at_end_ || offered > 0) continue;
    if (!stream_->is_between()) return damaged("ends early");
    return std::size_t{0};
  }
}

}  // namespace unsent
