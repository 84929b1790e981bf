#pragma once

#include "core/base/result.hpp"
#include "http/server/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace standings {

/// Takes a chunked body (RFC 9112, 7.1) apart as it arrives. Strict: a size is 1 to 16 hexadecimal
/// digits after any zeros, every line ends in CRLF. Extensions and trailer fields are checked and
/// dropped.
class chunk_decoder {
public:
  /// A body beyond `max_body_bytes`, or as much framing beside it, fails with `body_too_large`.
  explicit chunk_decoder(std::size_t max_body_bytes) : most_(max_body_bytes) {}

  /// Takes bytes up to the end of the body and appends their content to `body`. Returns how many
  /// bytes were taken.
  [[nodiscard]] result<std::size_t> feed(std::string_view bytes, std::string& body);

  [[nodiscard]] bool done() const { return state_ == state::done; }

private:
  enum class state : std::uint8_t { size, extension, data, data_end, trailers, done };

  [[nodiscard]] result<void> take(char c);
  [[nodiscard]] result<void> take_in_size(char c);
  [[nodiscard]] result<void> take_trailer(char c);
  [[nodiscard]] result<void> end_size_line();

  std::size_t most_;
  state state_ = state::size;
  bool has_digits_ = false;
  std::size_t digits_ = 0;  ///< of the size, without leading zeros
  std::uint64_t left_ = 0;  ///< bytes left in the chunk
  std::uint64_t total_ = 0; ///< announced by all chunks so far
  std::size_t framing_ = 0; ///< bytes that are not content
  bool after_return_ = false;
  std::string line_; ///< an extension or a trailer, so far
  std::size_t trailer_bytes_ = 0;
};

/// Whether what follows the size of a chunk is nothing or extensions (RFC 9112, 7.1.1).
[[nodiscard]] bool is_chunk_extension(std::string_view text);

/// Whether a line, including its line break, is a header or trailer field (RFC 9112, 5):
/// `name: value`, without a blank before the colon.
[[nodiscard]] bool is_field_line(std::string_view line);

} // namespace standings
