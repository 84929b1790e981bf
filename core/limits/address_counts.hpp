#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace standings {

class address_place;

/// Counts what each client's address holds open, and grants it so many at most. An address is kept
/// as long as it holds something, so memory is bounded by what is open. Thread-safe.
class address_counts {
public:
  /// `most`: for each address; 0: any number, and nothing is counted.
  explicit address_counts(std::size_t most = 0) : most_(most) {}
  address_counts(const address_counts&) = delete;
  address_counts& operator=(const address_counts&) = delete;

  /// Takes a place for one more; nothing if the address has all of its places.
  [[nodiscard]] std::optional<address_place> enter(std::string_view address);

  /// How many addresses hold something.
  [[nodiscard]] std::size_t held() const;

private:
  friend class address_place;

  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using counts = std::unordered_map<std::string, std::size_t, hash, std::equal_to<>>;

  void leave(counts::value_type& of);

  const std::size_t most_;
  mutable std::mutex mutex_;
  counts open_; ///< its entries do not move
};

/// A place that an address has taken, which is free again at the end of this. A default one is no
/// place. Ends before its `address_counts`.
class [[nodiscard]] address_place {
public:
  address_place() = default;
  address_place(address_place&& other) noexcept
      : in_(std::exchange(other.in_, nullptr)), of_(other.of_) {}
  address_place& operator=(address_place&&) = delete;
  ~address_place() {
    if (in_)
      in_->leave(*of_);
  }

private:
  friend class address_counts;

  address_place(address_counts& in, address_counts::counts::value_type& of) : in_(&in), of_(&of) {}

  address_counts* in_ = nullptr;
  address_counts::counts::value_type* of_ = nullptr;
};

} // namespace standings
