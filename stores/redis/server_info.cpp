#include "stores/redis/server_info.hpp"

#include <charconv>

namespace standings {

namespace {

std::uint64_t leading_number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

} // namespace

void server_info::add(const redis_reply& reply) {
  if (!reply.is_error()) {
    text_.append("\n").append(reply.text());
    run_id_ = text("run_id");
  } else if (refusal_.is_nil()) {
    refusal_ = reply;
  }
}

std::string_view server_info::text(std::string_view name) const {
  const auto line = "\n" + std::string{name} + ":";
  const auto at = text_.find(line);
  if (at == std::string::npos)
    return {};
  const auto value = std::string_view{text_}.substr(at + line.size());
  return value.substr(0, value.find_first_of("\r\n"));
}

std::uint64_t server_info::number(std::string_view name) const {
  return leading_number(text(name));
}

std::uint64_t server_info::calls(std::string_view command) const {
  constexpr std::string_view first = "calls=";
  const auto stats = text("cmdstat_" + std::string{command});
  return stats.starts_with(first) ? leading_number(stats.substr(first.size())) : 0;
}

server_info server_info_of(const redis_reply& reply) {
  server_info out;
  out.add(reply);
  return out;
}

result<server_info> read_server_info(redis_connection& c,
                                     std::span<const std::string_view> sections) {
  std::vector<redis_connection::arguments> commands;
  for (const auto section : sections)
    commands.push_back({"INFO", section});
  const auto replies = c.exchange(commands);
  if (!replies)
    return replies.error();
  server_info out;
  for (const auto& reply : *replies)
    out.add(reply);
  return out;
}

} // namespace standings
