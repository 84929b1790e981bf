#include "config/byte_sizes.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace standings {

namespace {

struct byte_unit {
  std::string_view name;
  std::uint64_t bytes;
};

/// Largest first, because `format_byte_size` tries them in this order.
constexpr std::array<byte_unit, 5> byte_units{{{"TiB", std::uint64_t{1} << 40U},
                                               {"GiB", std::uint64_t{1} << 30U},
                                               {"MiB", std::uint64_t{1} << 20U},
                                               {"KiB", std::uint64_t{1} << 10U},
                                               {"", 1}}};

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 60U;

} // namespace

result<byte_size> parse_byte_size(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto name = text.substr(digits);
  const auto at = std::find_if(byte_units.begin(), byte_units.end(),
                               [&](const byte_unit& u) { return u.name == name; });
  if (digits == 0 || at == byte_units.end())
    return fail(errc::out_of_range,
                in_quotes(text) + " is not a number of bytes such as 512MiB or 2GiB");
  const auto count = parse_integer<std::uint64_t>(text.substr(0, digits));
  if (!count || *count > most_bytes / at->bytes)
    return fail(errc::out_of_range,
                in_quotes(text) + " is more than " + format_byte_size({most_bytes}));
  return byte_size{*count * at->bytes};
}

std::string format_byte_size(const byte_size& size) {
  if (size.bytes == 0)
    return "0";
  const auto at = std::find_if(byte_units.begin(), byte_units.end(),
                               [&](const byte_unit& u) { return size.bytes % u.bytes == 0; });
  return std::to_string(size.bytes / at->bytes) + std::string{at->name};
}

} // namespace standings
