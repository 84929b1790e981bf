#include "core/limits/address_counts.hpp"

namespace standings {

std::optional<address_place> address_counts::enter(std::string_view address) {
  if (most_ == 0)
    return address_place{};
  const std::lock_guard lock{mutex_};
  auto at = open_.find(address);
  if (at == open_.end())
    at = open_.emplace(address, 0).first;
  if (at->second >= most_)
    return std::nullopt;
  ++at->second;
  return address_place{*this, *at};
}

std::size_t address_counts::held() const {
  const std::lock_guard lock{mutex_};
  return open_.size();
}

void address_counts::leave(counts::value_type& of) {
  const std::lock_guard lock{mutex_};
  if (--of.second == 0)
    open_.erase(open_.find(of.first));
}

} // namespace standings
