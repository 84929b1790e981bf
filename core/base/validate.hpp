#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string_view>

namespace standings {

inline constexpr std::size_t max_user_id_bytes = 128;
inline constexpr std::size_t max_idempotency_key_bytes = 128;

/// Whether `text` is well-formed UTF-8 without surrogates.
bool is_valid_utf8(std::string_view text);

/// 1 to 128 bytes of valid UTF-8 without control characters (C0, DEL, C1).
/// Fails with `invalid_user_id`.
[[nodiscard]] result<void> validate_user_id(std::string_view id);

/// 1 to `max_count`. Fails with `invalid_count`.
[[nodiscard]] result<void> validate_count(std::int64_t count, std::int64_t max_count);

/// 1 to 128 printable ASCII characters. Fails with `out_of_range`.
[[nodiscard]] result<void> validate_idempotency_key(std::string_view key);

/// Compares two texts in a time that does not reveal where the first difference is.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace standings
