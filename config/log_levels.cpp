#include "config/log_levels.hpp"

#include "config/values.hpp"

#include <algorithm>

namespace standings {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

result<void> parse_entry(std::string_view entry, log_levels& to) {
  const auto equals = entry.find('=');
  if (equals == std::string_view::npos)
    return fail(errc::out_of_range,
                in_quotes(entry) + " is not a component and a level such as http=warn");
  const auto component = parse_enum<log_component>(trimmed(entry.substr(0, equals)));
  if (!component)
    return component.error();
  const auto level = parse_enum<log_level>(trimmed(entry.substr(equals + 1)));
  if (!level)
    return level.error();
  if (!to.emplace(*component, *level).second)
    return fail(errc::out_of_range, std::string{name_of(*component)} + " is given twice");
  return {};
}

} // namespace

result<log_levels> parse_log_levels(std::string_view text) {
  log_levels out;
  while (!trimmed(text).empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (const auto done = parse_entry(trimmed(text.substr(0, end)), out); !done)
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
