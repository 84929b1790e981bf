#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Pure functions that turn values into text for a terminal.
namespace standings {

/// `value` as one line that is safe for a terminal, too: control characters and marks that change
/// the direction of writing are escaped.
[[nodiscard]] std::string json_line(const boost::json::value& value);

/// Digits in groups of three from 10 000 on: `9999`, `60 000`.
[[nodiscard]] std::string grouped(std::uint64_t n);

/// `1 user`, `0 users`, `60 000 users`.
[[nodiscard]] std::string counted(std::uint64_t n, std::string_view what);

/// The columns that the text takes on a terminal.
[[nodiscard]] std::size_t width_of(std::string_view text);

/// The text from outside as `presentable` shows it, cut with `…` or filled with blanks to exactly
/// `columns`.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);

/// The number at the right of `columns`.
[[nodiscard]] std::string right_aligned(const std::string& text, std::size_t columns);

/// `850 ms`, `12 s`, `3:07`, `1:02:03`.
[[nodiscard]] std::string short_duration(std::uint64_t milliseconds);

} // namespace standings
