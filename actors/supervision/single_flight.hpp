#pragma once

#include <caf/error.hpp>
#include <caf/typed_response_promise.hpp>

#include <map>
#include <utility>
#include <vector>

namespace standings {

/// Lets askers of the same thing share one answer: who finds the key not busy
/// does the work and calls `deliver` or `fail`. For use inside one actor.
template <class Key, class Reply>
class single_flight {
public:
  using promise = caf::typed_response_promise<Reply>;

  /// Whether somebody has asked for this and waits.
  [[nodiscard]] bool busy(const Key& key) const { return waiting_.count(key) > 0; }

  /// How many different things are being waited for.
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

  /// Adds an asker. If the key was not busy, the caller starts the work.
  void join(const Key& key, promise asker) { waiting_[key].push_back(std::move(asker)); }

  void deliver(const Key& key, const Reply& reply) {
    for (auto& asker : take(key))
      asker.deliver(reply);
  }

  void fail(const Key& key, const caf::error& why) {
    for (auto& asker : take(key))
      asker.deliver(why);
  }

  void fail_all(const caf::error& why) {
    for (auto& [key, askers] : std::exchange(waiting_, {}))
      for (auto& asker : askers)
        asker.deliver(why);
  }

private:
  std::vector<promise> take(const Key& key) {
    auto node = waiting_.extract(key);
    return node ? std::move(node.mapped()) : std::vector<promise>{};
  }

  std::map<Key, std::vector<promise>> waiting_;
};

} // namespace standings
