#include "stores/details_json.hpp"

#include <boost/json.hpp>

#include <array>

namespace standings {

namespace {

namespace json = boost::json;

/// Whether there is a whole number.
bool read_integer(const json::object& from, const char* name, std::int64_t& to) {
  const auto* value = from.if_contains(name);
  if (!value || !value->is_number())
    return false;
  boost::system::error_code not_exact;
  const auto number = value->to_number<std::int64_t>(not_exact);
  if (!not_exact)
    to = number;
  return !not_exact;
}

sys_time time_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  if (!value || !value->is_string())
    return {};
  const auto& text = value->get_string();
  return parse_iso8601({text.data(), text.size()}).value_or(sys_time{});
}

} // namespace

details_parts details_parts_of(const user_record& user, sys_time cached_at) {
  details_parts out;
  out.before = "{\"user_id\":" + json::serialize(json::string_view{user.user_id}) + ",";
  out.after = "\"updated_at\":\"" + to_iso8601(user.updated_at) + "\",\"cached_at\":\""
              + to_iso8601(cached_at) + "\",\"version\":" + std::to_string(user.version) + "}";
  return out;
}

std::optional<cached_user> parse_details(std::string_view text) {
  std::array<unsigned char, 2'048> buffer; // NOLINT: written before it is read
  json::monotonic_resource memory{buffer.data(), buffer.size()}; // boards parse many of these
  boost::system::error_code error;
  const auto parsed = json::parse({text.data(), text.size()}, error, &memory);
  if (error || !parsed.is_object())
    return std::nullopt;
  const auto& from = parsed.get_object();
  const auto* id = from.if_contains("user_id");
  if (!id || !id->is_string())
    return std::nullopt;
  cached_user out;
  out.user.user_id = std::string{id->get_string()};
  constexpr std::array names{"daily_pomo", "weekly_pomo", "monthly_pomo", "yearly_pomo"};
  for (std::size_t p = 0; p < period_count; ++p)
    if (!read_integer(from, names[p], out.user.score[p]))
      return std::nullopt;
  out.user.updated_at = time_of(from, "updated_at");
  read_integer(from, "version", out.user.version);
  out.cached_at = time_of(from, "cached_at");
  return out;
}

} // namespace standings
