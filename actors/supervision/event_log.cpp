#include "actors/supervision/event_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace standings {

namespace {

std::string random_name() {
  std::random_device random;
  const auto number = (std::uint64_t{random()} << 32) | random();
  std::array<char, 16> digits{};
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return {digits.data(), end};
}

} // namespace

event_log::event_log(clock_fn clock) : clock_(std::move(clock)), process_(random_name()) {}

void event_log::tell(service_event what) {
  auto json = std::make_shared<const std::string>(event_json(what, clock_()));
  const std::lock_guard lock{mutex_};
  if (!what.subject.empty())
    std::erase_if(entries_, [&](const entry& e) { return e.subject == what.subject; });
  if (entries_.size() >= most_kept)
    entries_.pop_front();
  entries_.push_back({++last_, what.kind, std::move(json), std::move(what.subject)});
  for (const auto& [who, told] : watchers_)
    told();
}

std::vector<event_log::entry> event_log::after(std::uint64_t number, std::size_t most) const {
  const std::lock_guard lock{mutex_};
  auto at = std::partition_point(entries_.begin(), entries_.end(),
                                 [&](const entry& e) { return e.number <= number; });
  const auto left = static_cast<std::size_t>(entries_.end() - at);
  return {at, at + static_cast<std::ptrdiff_t>(std::min(left, most))};
}

std::string event_log::id_of(std::uint64_t number) const {
  return process_ + "-" + std::to_string(number);
}

std::uint64_t event_log::number_of(std::string_view id) const {
  if (!id.starts_with(process_ + "-"))
    return 0;
  id.remove_prefix(process_.size() + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  const std::lock_guard lock{mutex_};
  const bool known = error == std::errc{} && end == id.data() + id.size() && number <= last_;
  return known ? number : 0;
}

void event_log::watch(const void* who, std::function<void()> told) {
  const std::lock_guard lock{mutex_};
  watchers_[who] = std::move(told);
}

void event_log::unwatch(const void* who) {
  const std::lock_guard lock{mutex_};
  watchers_.erase(who);
}

} // namespace standings
