#pragma once

#include "stores/redis/connection.hpp"

#include <string>
#include <string_view>

namespace standings {

/// A form that a log can show: keys may contain any bytes.
inline std::string printable(std::string_view text) {
  constexpr std::size_t most = 100;
  std::string out;
  for (const char c : text.substr(0, most))
    out += c >= ' ' && c < '\x7f' ? c : '?';
  return out + (text.size() > most ? "…" : "");
}

/// A command and its key or subject, for messages; without that if it could be a value or a secret.
inline std::string describe_command(const redis_connection::arguments& words,
                                    std::string_view address) {
  const bool tells = words.size() > 1 && words[0] != "AUTH" && words[0] != "PING";
  std::string out{words.empty() ? "reading" : words[0]};
  if (tells)
    out.append(" ").append(printable(words[1]));
  return out.append(" at ").append(address);
}

inline std::string describe_script(const script_source& what,
                                   const redis_connection::arguments& keys,
                                   std::string_view address) {
  std::string out{what.name};
  out.append(" on ").append(printable(keys.empty() ? std::string_view{} : keys[0]));
  return out.append(" at ").append(address);
}

} // namespace standings
