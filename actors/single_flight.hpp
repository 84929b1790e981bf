#pragma once

#include <caf/error.hpp>
#include <caf/typed_response_promise.hpp>

#include <map>
#include <utility>
#include <vector>

namespace standings {

/// Lets askers of the same thing share one answer. The first asker for a key
/// does the work and calls `deliver` or `fail`; the others wait. For use inside
/// one actor.
template <class Key, class Reply>
class single_flight {
public:
  using promise = caf::typed_response_promise<Reply>;

  /// Adds an asker. True: nobody has asked yet, so the caller starts the work.
  bool join(const Key& key, promise asker) {
    auto& waiting = waiting_[key];
    waiting.push_back(std::move(asker));
    return waiting.size() == 1;
  }

  void deliver(const Key& key, const Reply& reply) {
    for (auto& asker : take(key))
      asker.deliver(reply);
  }

  void fail(const Key& key, const caf::error& why) {
    for (auto& asker : take(key))
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
