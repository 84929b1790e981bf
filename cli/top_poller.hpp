#pragma once

#include "cli/invocation.hpp"
#include "cli/top_view.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace standings {

/// Asks a service about itself, once or every second on a thread of its own.
class top_poller {
public:
  /// An empty `leaderboard` is the default one.
  top_poller(service_address where, std::string leaderboard, std::string period,
             std::uint64_t limit);
  top_poller(const top_poller&) = delete;
  top_poller& operator=(const top_poller&) = delete;

  /// Waits for the request under way, at most two seconds.
  ~top_poller();

  /// Asks once, in this thread.
  top_state ask_once();

  void start();

  /// Chooses another board, and asks for it at once.
  void choose(const std::string& period);

  [[nodiscard]] top_state state() const;

private:
  using clock = std::chrono::steady_clock;

  /// The last value of a counter, from which its rate follows.
  struct counter {
    std::optional<double> value{};
    clock::time_point at{};
  };

  void run();
  top_state ask(const std::string& period);
  void ask_for_rates(top_state& into);
  void ask_for_stores(top_state& into);

  service_client service_;
  const std::string where_;
  const std::string leaderboard_;
  const std::uint64_t limit_;

  // used by the asking thread only
  counter requests_;
  counter updates_;
  std::uint64_t rounds_ = 0;
  top_state::answer stores_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  top_state state_;
  std::string period_;
  bool chosen_ = false;
  bool ended_ = false;
  std::thread thread_;
};

} // namespace standings
