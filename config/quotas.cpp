#include "config/quotas.hpp"

#include "config/values.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace standings {

namespace {

using quota_entry = tenant_quotas::entry;

constexpr std::array<std::pair<std::string_view, std::optional<std::uint64_t> quota_entry::*>, 3>
    quota_fields{{{"leaderboards", &quota_entry::leaderboards},
                  {"users", &quota_entry::users},
                  {"updates_per_second", &quota_entry::updates_per_second}}};

constexpr std::uint64_t most_updates_per_second = 1'000'000;

bool is_tenant_name(std::string_view text) {
  return text == default_quota || (validate_leaderboard_id(text) && tenant_of(text) == text);
}

result<void> parse_quota(std::string_view entry, tenant_quotas& to) {
  const auto equals = std::min(entry.find('='), entry.size());
  const auto path = without_blanks(entry.substr(0, equals));
  const auto dot = std::min(path.find('.'), path.size());
  const auto tenant = path.substr(0, dot);
  const auto name = path.substr(std::min(dot + 1, path.size()));
  const auto field = std::find_if(quota_fields.begin(), quota_fields.end(),
                                  [&](const auto& known) { return known.first == name; });
  if (!is_tenant_name(tenant))
    return fail(errc::out_of_range, in_quotes(tenant)
                                        + " is not a tenant: the first part of an id,"
                                          " or default");
  if (field == quota_fields.end())
    return fail(errc::out_of_range, "the quota of '" + std::string{tenant}
                                        + "' has leaderboards, users and updates_per_second,"
                                          " each a number");
  const auto count = parse_integer<std::uint64_t>(
      without_blanks(entry.substr(std::min(equals + 1, entry.size()))));
  if (!count)
    return fail(errc::out_of_range, std::string{path} + ": " + count.error().detail);
  if (name == "updates_per_second" && *count > most_updates_per_second)
    return fail(errc::out_of_range, std::string{path} + ": has to be from 0 to 1000000");
  auto& value = to.by_tenant[std::string{tenant}].*(field->second);
  if (value)
    return fail(errc::out_of_range, std::string{path} + " is given twice");
  value = *count;
  return {};
}

} // namespace

result<tenant_quotas> parse_quotas(std::string_view text) {
  tenant_quotas out;
  while (!without_blanks(text).empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (const auto done = parse_quota(without_blanks(text.substr(0, end)), out); !done)
      return done.error();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string format_quotas(const tenant_quotas& quotas) {
  std::string out;
  for (const auto& [tenant, given] : quotas.by_tenant)
    for (const auto& [name, field] : quota_fields)
      if (const auto& value = given.*field)
        out.append(out.empty() ? "" : ",")
            .append(tenant)
            .append(".")
            .append(name)
            .append("=")
            .append(std::to_string(*value));
  return out;
}

} // namespace standings
