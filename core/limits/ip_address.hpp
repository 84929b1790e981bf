#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace standings {

/// An IPv4 or IPv6 address. An IPv4 address and its form mapped to IPv6 (`::ffff:192.0.2.1`) are
/// the same.
class ip_address {
public:
  /// A literal address, without brackets, port or zone.
  [[nodiscard]] static std::optional<ip_address> parse(std::string_view text);

  /// The address of the other end of a connection; unspecified if the text is none. The zone of a
  /// link-local address has no meaning beyond this machine.
  [[nodiscard]] static ip_address of_peer(std::string_view text);

  /// As it is usually written: `192.0.2.1`, `2001:db8::1`.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] bool is_loopback() const;

  /// The 128 bits, of an IPv4 address those of the mapped form.
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  friend bool operator==(const ip_address&, const ip_address&) = default;

private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// All addresses that begin with the same bits: `10.0.0.0/8`. A single address is one, too.
class ip_network {
public:
  /// An address, or an address, a slash and the number of leading bits that count. Bits of the
  /// address behind those have no meaning.
  [[nodiscard]] static std::optional<ip_network> parse(std::string_view text);

  [[nodiscard]] bool contains(const ip_address& one) const;

private:
  ip_address base_;
  unsigned bits_ = 0; ///< of the 128
};

} // namespace standings
