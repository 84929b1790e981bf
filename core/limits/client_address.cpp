#include "core/limits/client_address.hpp"

#include "core/base/scanner.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace standings {

namespace {

/// More proxies than stand behind one another; bounds the work for an invented list.
constexpr int most_hops = 32;

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

/// An address as proxies write it: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`,
/// `[2001:db8::1]:80`.
std::optional<ip_address> parse_node(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos)
      return std::nullopt;
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))
      return std::nullopt;
    const auto inside = text.substr(1, end - 1);
    return inside.find(':') == std::string_view::npos ? std::nullopt : ip_address::parse(inside);
  }
  const auto colon = text.find(':');
  if (colon == text.rfind(':') && colon != std::string_view::npos) {
    if (!is_port(text.substr(colon + 1)))
      return std::nullopt;
    text = text.substr(0, colon);
  }
  return ip_address::parse(text);
}

/// Whether the quote at that place is within a quoted string: after an odd number of backslashes.
bool is_escaped(std::string_view text, std::size_t quote) {
  auto first = quote;
  while (first > 0 && text[first - 1] == '\\')
    --first;
  return (quote - first) % 2 == 1;
}

/// Where the last separator outside of quotes is. Read from the end: what a client has invented
/// stands at the front, and must not open a quote around what the proxy has appended.
std::size_t last_separator(std::string_view list, char separator) {
  bool quoted = false;
  for (std::size_t i = list.size(); i-- > 0;) {
    if (list[i] == '"' && !(quoted && is_escaped(list, i)))
      quoted = !quoted;
    else if (list[i] == separator && !quoted)
      return i;
  }
  return std::string_view::npos;
}

/// Takes what is behind that separator off a list.
std::string_view take_last(std::string_view& list, std::size_t separator) {
  if (separator == std::string_view::npos)
    return trimmed(std::exchange(list, {}));
  const auto last = trimmed(list.substr(separator + 1));
  list = list.substr(0, separator);
  return last;
}

/// The node in the `for` of one element of Forwarded; empty if it names none.
std::string_view forwarded_node(std::string_view element) {
  while (!element.empty()) {
    const auto pair = take_last(element, last_separator(element, ';'));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || !equal_words(trimmed(pair.substr(0, equals)), "for"))
      continue;
    auto node = trimmed(pair.substr(equals + 1));
    if (node.size() >= 2 && node.front() == '"' && node.back() == '"')
      node = node.substr(1, node.size() - 2);
    return node;
  }
  return {};
}

/// Follows the entries of one header field backwards.
ip_address follow(ip_address from, std::span<const std::string_view> values, bool is_forwarded,
                  const trusted_proxies& trusted) {
  int hops = 0;
  for (std::size_t i = values.size(); i-- > 0;)
    for (auto list = values[i]; !list.empty();) {
      // X-Forwarded-For knows no quotes
      const auto element =
          take_last(list, is_forwarded ? last_separator(list, ',') : list.rfind(','));
      if (++hops > most_hops)
        return from;
      if (element.empty())
        continue;
      const auto node = parse_node(is_forwarded ? forwarded_node(element) : element);
      if (!node)
        return from;
      from = *node;
      if (!trusted.contains(from))
        return from;
    }
  return from;
}

} // namespace

trusted_proxies::trusted_proxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks)
    if (const auto network = ip_network::parse(text))
      networks_.push_back(*network);
}

bool trusted_proxies::contains(const ip_address& one) const {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const ip_network& n) { return n.contains(one); });
}

ip_address client_address(const ip_address& peer, const forwarding_fields& said,
                          const trusted_proxies& trusted) {
  if (!trusted.contains(peer))
    return peer;
  return said.x_forwarded_for.empty() ? follow(peer, said.forwarded, true, trusted)
                                      : follow(peer, said.x_forwarded_for, false, trusted);
}

} // namespace standings
