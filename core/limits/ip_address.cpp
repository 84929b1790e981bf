#include "core/limits/ip_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace standings {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;
constexpr unsigned all_bits = 128;

std::optional<unsigned> parse_bits(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc{} || end != text.data() + text.size() || bits > most)
    return std::nullopt;
  return bits;
}

} // namespace

std::optional<ip_address> ip_address::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  ip_address out;
  if (inet_pton(AF_INET6, terminated.data(), out.bytes_.data()) == 1)
    return out;
  std::copy(mapped_prefix.begin(), mapped_prefix.end(), out.bytes_.begin());
  if (inet_pton(AF_INET, terminated.data(), out.bytes_.data() + mapped_prefix.size()) == 1)
    return out;
  return std::nullopt;
}

ip_address ip_address::of_peer(std::string_view text) {
  return parse(text.substr(0, text.find('%'))).value_or(ip_address{});
}

std::string ip_address::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (is_v4())
    inet_ntop(AF_INET, bytes_.data() + mapped_prefix.size(), out.data(), out.size());
  else
    inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  return out.data();
}

bool ip_address::is_v4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

bool ip_address::is_loopback() const {
  static const auto v6 = *parse("::1");
  return is_v4() ? bytes_[mapped_prefix.size()] == 127 : *this == v6;
}

std::optional<ip_network> ip_network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = ip_address::parse(text.substr(0, slash));
  if (!base)
    return std::nullopt;
  ip_network out;
  out.base_ = *base;
  out.bits_ = all_bits;
  if (slash == std::string_view::npos)
    return out;
  // a mapped address is written as IPv6, so its number of bits counts from the front
  const bool as_v4 = base->is_v4() && text.substr(0, slash).find(':') == std::string_view::npos;
  const auto offset = as_v4 ? mapped_bits : 0;
  const auto bits = parse_bits(text.substr(slash + 1), all_bits - offset);
  if (!bits)
    return std::nullopt;
  out.bits_ = offset + *bits;
  return out;
}

bool ip_network::contains(const ip_address& one) const {
  const auto& a = base_.bytes();
  const auto& b = one.bytes();
  const auto whole = bits_ / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin()))
    return false;
  const auto rest = bits_ % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

} // namespace standings
