#pragma once

#include "core/base/result.hpp"
#include "http/server/chunk_decoder.hpp"
#include "http/server/limits.hpp"
#include "http/server/request.hpp"

#include <cstddef>
#include <string_view>

namespace standings {

/// Reads one request after the other from a stream of bytes. It stops between head and body, so
/// that the caller can refuse a request before its body is read. Boost.Beast parses the head; what
/// Beast would tolerate (continued lines, over-long lines) is refused here.
class request_reader {
public:
  explicit request_reader(const request_limits& limits)
      : limits_(limits), chunks_(limits.max_body_bytes) {}

  /// What has been read. After `head` and `whole` the caller decides how to go on.
  enum class progress : std::uint8_t { part, head, whole };

  /// Reads on from `bytes`: those that came after the ones it has taken. Sets `taken`; bytes that
  /// were not taken have to be passed again, with more after them. Fails with `malformed`,
  /// `headers_too_large` or `body_too_large`; the stream cannot be read any further then.
  [[nodiscard]] result<progress> read(std::string_view bytes, std::size_t& taken);

  /// After `head`: the body is read next, if there is one.
  void expect(const body_framing& framing);

  /// After `whole`, or if a request without a body was answered: the next request comes.
  void start_over();

  /// Whether a part of a request has been taken.
  [[nodiscard]] bool has_begun() const { return state_ != state::head; }

  [[nodiscard]] request& current() { return current_; }

private:
  enum class state : std::uint8_t { head, undecided, body, complete };

  [[nodiscard]] result<progress> read_head(std::string_view bytes, std::size_t& taken);
  [[nodiscard]] result<progress> read_body(std::string_view bytes, std::size_t& taken);
  [[nodiscard]] std::size_t skip_empty_line(std::string_view bytes);
  [[nodiscard]] result<void> check_lines(std::string_view part);

  const request_limits& limits_;
  state state_ = state::head;
  bool skipped_line_ = false; ///< before the request
  std::size_t searched_ = 0;  ///< bytes of the head that hold no end of it
  std::size_t line_ = 0;      ///< where the line begins in which they end
  body_framing framing_;
  chunk_decoder chunks_;
  request current_;
};

} // namespace standings
