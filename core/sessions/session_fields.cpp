#include "core/sessions/session_fields.hpp"

#include "core/base/foreign_time.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace standings {

namespace json = boost::json;

namespace {

constexpr double exact_integers = 9'007'199'254'740'992.0; // 2^53

std::string number_text(double number) {
  if (std::trunc(number) == number && std::abs(number) <= exact_integers)
    return std::to_string(static_cast<std::int64_t>(number));
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

} // namespace

const json::value* present_field(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains({name.data(), name.size()});
  return value && !value->is_null() ? value : nullptr;
}

std::optional<std::string> id_text(const json::value& value) {
  if (value.is_string())
    return std::string{value.get_string()};
  if (value.is_int64())
    return std::to_string(value.get_int64());
  if (value.is_uint64())
    return std::to_string(value.get_uint64());
  if (value.is_double() && std::isfinite(value.get_double()))
    return number_text(value.get_double());
  return std::nullopt;
}

std::optional<sys_time> time_of_field(const json::value& value) {
  if (value.is_int64())
    return time_since_epoch(value.get_int64());
  if (value.is_double())
    return time_since_epoch(value.get_double());
  if (!value.is_string())
    return std::nullopt;
  const auto& text = value.get_string();
  const auto read = parse_foreign_time({text.data(), text.size()});
  return read ? std::optional{read->at} : std::nullopt;
}

} // namespace standings
