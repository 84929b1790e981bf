#include "config/log_levels.hpp"

#include "config/values.hpp"

#include <algorithm>

namespace standings {

namespace {

result<void> parse_entry(std::string_view entry, log_levels& to) {
  const auto equals = entry.find('=');
  if (equals == std::string_view::npos)
    return fail(errc::out_of_range,
                in_quotes(entry) + " is not a component and a level such as http=warn");
  const auto component = parse_enum<log_component>(without_blanks(entry.substr(0, equals)));
  if (!component)
    return component.error();
  const auto level = parse_enum<log_level>(without_blanks(entry.substr(equals + 1)));
  if (!level)
    return level.error();
  if (!to.emplace(*component, *level).second)
    return fail(errc::out_of_range, std::string{name_of(*component)} + " is given twice");
  return {};
}

} // namespace

result<log_levels> parse_log_levels(std::string_view text) {
  log_levels out;
  while (!without_blanks(text).empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (const auto done = parse_entry(without_blanks(text.substr(0, end)), out); !done)
      return done.error();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string format_log_levels(const log_levels& levels) {
  std::string out;
  for (const auto& [component, level] : levels)
    out.append(out.empty() ? "" : ",")
        .append(name_of(component))
        .append("=")
        .append(name_of(level));
  return out;
}

} // namespace standings
