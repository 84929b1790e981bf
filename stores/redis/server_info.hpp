#pragma once

#include "core/base/result.hpp"
#include "stores/redis/connection.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace standings {

/// What INFO reports about a server. A section that the server refuses to show is empty.
class server_info {
public:
  /// Adds a reply of INFO.
  void add(const redis_reply& reply);

  /// The value of a line `name:value`; empty if there is none.
  [[nodiscard]] std::string_view text(std::string_view name) const;

  /// The value as a number; 0 if there is none.
  [[nodiscard]] std::uint64_t number(std::string_view name) const;

  /// How often a command was called (from the section `commandstats`): `flushall`, `config|set`.
  [[nodiscard]] std::uint64_t calls(std::string_view command) const;

  [[nodiscard]] const std::string& run_id() const { return run_id_; } ///< changes with a restart

  /// The first refusal; nil if there was none.
  [[nodiscard]] const redis_reply& refusal() const { return refusal_; }

private:
  std::string text_;
  std::string run_id_;
  redis_reply refusal_;
};

[[nodiscard]] server_info server_info_of(const redis_reply& reply);

/// Reads some sections of INFO. Fails with `store_unavailable` if the connection is lost, but not
/// if the server refuses.
[[nodiscard]] result<server_info> read_server_info(redis_connection& c,
                                                   std::span<const std::string_view> sections);

} // namespace standings
