#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// Remembers which ids were seen, by 64-bit hashes: 12 bytes an id for the expected number, up to
/// 24 as it grows. Of n ids one is wrongly taken for seen with a probability of n / 2^64.
/// Thread-safe.
class seen_ids {
public:
  explicit seen_ids(std::uint64_t expected = 0);

  /// Adds the ids; returns those that were not seen before, in order and each once.
  std::vector<std::string> insert(std::span<const std::string> ids);

  /// Removes the ids, as if they had not been seen.
  void forget(std::span<const std::string> ids);

  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] std::uint64_t memory_bytes() const;

private:
  bool insert(std::uint64_t hash);
  void forget(std::uint64_t hash);
  [[nodiscard]] std::size_t find(std::uint64_t hash) const;
  [[nodiscard]] std::size_t after(std::size_t slot) const;
  void grow();

  mutable std::mutex mutex_;         ///< guards all below
  std::vector<std::uint64_t> slots_; ///< open addressing; 0 is free
  std::uint64_t size_ = 0;
};

} // namespace standings
