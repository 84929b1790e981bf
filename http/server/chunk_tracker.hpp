#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace standings {

/// Follows the framing of a chunked body to find where its trailer section begins. It rejects
/// nothing: if the framing is broken, that section never begins.
class chunk_tracker {
public:
  /// Feeds the next bytes of the body.
  void feed(std::string_view bytes);

  /// Whether the bytes fed so far end with the line of the last chunk (size 0).
  [[nodiscard]] bool at_trailers() const { return state_ == state::trailers; }

private:
  enum class state : std::uint8_t { size, extension, data, data_end, trailers, broken };

  void take(char c);
  void end_of_size();

  state state_ = state::size;
  std::size_t digits_ = 0;
  std::uint64_t left_ = 0; ///< bytes left in the chunk
  bool after_return_ = false;
};

/// Whether a line, including its line break, is a trailer field (RFC 9112, 7.1.2): `name: value`.
[[nodiscard]] bool is_field_line(std::string_view line);

} // namespace standings
