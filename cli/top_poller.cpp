#include "cli/top_poller.hpp"

#include "cli/leaderboard_choice.hpp"

namespace standings {

namespace {

constexpr std::chrono::seconds answer_limit{2};
constexpr std::chrono::seconds interval{1};
constexpr std::uint64_t rounds_between_stores = 5; ///< counting users costs a query

} // namespace

top_poller::top_poller(service_address where, std::string leaderboard, std::string period,
                       std::uint64_t limit)
    : service_(where), where_(to_string(where.url)), leaderboard_(std::move(leaderboard)),
      limit_(limit), period_(std::move(period)) {
  service_.set_limit(answer_limit);
  state_.service = where_;
  state_.leaderboard = leaderboard_;
  state_.period = period_;
}

top_poller::~top_poller() {
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

top_state top_poller::ask_once() {
  return ask(period_);
}

void top_poller::start() {
  thread_ = std::thread{[this] {
    run();
  }};
}

void top_poller::choose(const std::string& period) {
  {
    const std::lock_guard lock{mutex_};
    period_ = period;
    chosen_ = true;
  }
  changed_.notify_all();
}

top_state top_poller::state() const {
  const std::lock_guard lock{mutex_};
  return state_;
}

void top_poller::run() {
  std::unique_lock lock{mutex_};
  while (!ended_) {
    const auto period = period_;
    chosen_ = false;
    lock.unlock();
    auto found = ask(period);
    lock.lock();
    state_ = std::move(found);
    changed_.wait_for(lock, interval, [this] { return ended_ || chosen_; });
  }
}

top_state top_poller::ask(const std::string& period) {
  top_state out;
  out.service = where_;
  out.leaderboard = leaderboard_;
  out.period = period;
  const auto ready = service_.get("/readyz");
  if (!ready) {
    out.trouble = ready.error().detail;
    requests_ = {};
    updates_ = {};
    return out;
  }
  out.readiness = *ready;
  const auto board = service_.get(leaderboard_path(leaderboard_) + "/" + period
                                  + "?limit=" + std::to_string(limit_));
  if (board) {
    out.board = *board;
  } else {
    out.board_trouble = board.error().detail;
    out.is_unknown = board.error().code == errc::unknown_leaderboard;
  }
  ask_for_rates(out);
  ask_for_stores(out);
  return out;
}

void top_poller::ask_for_rates(top_state& into) {
  const auto metrics = service_.get_text("/metrics");
  const auto now = clock::now();
  const auto rate = [&](counter& last, const char* name) {
    const auto value = metrics ? sum_of_metric(*metrics, name) : std::nullopt;
    std::optional<double> out;
    const std::chrono::duration<double> passed = now - last.at;
    if (value && last.value && *value >= *last.value && passed.count() > 0)
      out = (*value - *last.value) / passed.count();
    last = {value, now};
    return out;
  };
  into.requests_per_second = rate(requests_, "standings_http_requests_total");
  into.updates_per_second = rate(updates_, "standings_updates_total");
}

/// Without a token the service tells less, which is no trouble.
void top_poller::ask_for_stores(top_state& into) {
  if (rounds_++ % rounds_between_stores == 0) {
    const auto status = service_.get(leaderboard_path(leaderboard_) + "/admin/status");
    stores_ = status ? top_state::answer{*status} : std::nullopt;
  }
  into.stores = stores_;
}

} // namespace standings
