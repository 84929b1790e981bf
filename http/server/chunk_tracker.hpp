#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace standings {

/// Follows the framing of a chunked body, as far as to know where its trailer
/// section begins. It refuses nothing: in a body whose framing is broken, that
/// section never begins.
class chunk_tracker {
public:
  /// The next bytes of the body.
  void feed(std::string_view bytes);

  /// Whether the line of the last chunk, of size 0, was the last that was fed.
  [[nodiscard]] bool at_trailers() const { return state_ == state::trailers; }

private:
  enum class state : std::uint8_t { size, extension, data, data_end, trailers, broken };

  void take(char c);
  void end_of_size();

  state state_ = state::size;
  std::size_t digits_ = 0;
  std::uint64_t left_ = 0; ///< of the chunk
  bool after_return_ = false;
};

/// Whether a line, with its line break, is a trailer field (RFC 9112, 7.1.2):
/// `name: value`.
[[nodiscard]] bool is_field_line(std::string_view line);

} // namespace standings
