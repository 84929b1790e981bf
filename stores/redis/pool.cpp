#include "stores/redis/pool.hpp"

namespace standings {

redis_pool::lease::lease(redis_pool& pool, std::unique_ptr<redis_connection> c)
    : pool_(&pool), connection_(std::move(c)) {}

redis_pool::lease::~lease() {
  if (connection_)
    pool_->give_back(std::move(connection_));
}

redis_pool::redis_pool(redis_options options, std::size_t size, greet_fn greet,
                       std::chrono::milliseconds pause)
    : options_(std::move(options)), size_(size), greet_(std::move(greet)), pause_(pause),
      breaker_(options_.breaker) {}

result<std::unique_ptr<redis_connection>> redis_pool::open() const {
  auto opened = redis_connection::open(options_);
  if (!opened)
    return opened;
  if (greet_)
    if (const auto greeted = greet_(**opened); !greeted)
      return greeted.error();
  return opened;
}

result<redis_pool::lease> redis_pool::borrow() {
  {
    std::unique_lock lock{mutex_};
    const bool free = returned_.wait_for(lock, options_.command_timeout,
                                         [this] { return breaker_.open() || borrowed_ < size_; });
    if (!free)
      return fail_because(errc::store_unavailable, "all connections to the cache are in use",
                          "all " + std::to_string(size_)
                              + " of them, for longer than a command may take; Redis at "
                              + address_of(options_) + " answers slowly");
    if (breaker_.open()) {
      if (probing_ || clock::now() < next_probe_)
        return last_failure_;
      probing_ = true;
    }
    ++borrowed_;
    if (!breaker_.open() && !idle_.empty()) {
      auto c = std::move(idle_.back());
      idle_.pop_back();
      return lease{*this, std::move(c)};
    }
  }
  auto opened = open();
  if (opened) {
    const std::lock_guard lock{mutex_};
    breaker_.set(false);
    probing_ = false;
    return lease{*this, std::move(*opened)};
  }
  const std::lock_guard lock{mutex_};
  --borrowed_;
  trip(opened.error(), pause_);
  return opened.error();
}

void redis_pool::give_back(std::unique_ptr<redis_connection> c) {
  std::vector<std::unique_ptr<redis_connection>> closed; // destroyed after the lock is released
  const std::lock_guard lock{mutex_};
  --borrowed_;
  if (!c->broken()) {
    idle_.push_back(std::move(c));
    returned_.notify_one();
    return;
  }
  // a connection may be lost because the server was restarted: probe at once
  trip(c->why_broken(), std::chrono::milliseconds{0});
  closed.swap(idle_); // they led to the same server
}

/// The caller holds mutex_.
void redis_pool::trip(const failure& why, std::chrono::milliseconds pause) {
  breaker_.set(true);
  probing_ = false;
  last_failure_ = why;
  next_probe_ = clock::now() + pause;
  returned_.notify_all();
}

} // namespace standings
