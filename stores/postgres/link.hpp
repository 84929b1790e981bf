#pragma once

#include "core/base/errc.hpp"

#include <pqxx/pqxx>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace standings {

/// A connection with its prepared statements, which can be reopened if a server, a pooler or a
/// firewall has cut it. Not thread-safe.
class postgres_link {
public:
  using open_fn = std::function<std::unique_ptr<pqxx::connection>()>;
  using clock = std::chrono::steady_clock;
  using clock_fn = std::function<clock::time_point()>;

  /// `reopen` opens further connections like the first one; it may throw what pqxx throws. Without
  /// it a lost connection stays lost.
  explicit postgres_link(std::unique_ptr<pqxx::connection> first, open_fn reopen = {},
                         clock_fn now = clock::now)
      : db_(std::move(first)), reopen_(std::move(reopen)), now_(std::move(now)), used_(now_()) {}

  /// The connection, for a piece of work. If it has been idle for a while, this first checks that
  /// it still answers, and closes it if it does not within a second: if a firewall has silently
  /// dropped it, TCP would retry for minutes. Throws what pqxx throws.
  pqxx::connection& use();

  /// Runs `setup` on this connection, and on each later one.
  void with_each(std::function<void(pqxx::connection&)> setup) {
    setup(*db_);
    setups_.push_back(std::move(setup));
  }

  /// How many tries are left, by the cause that ended the last one.
  struct retries {
    int conflicts = 5;
    int busy = 2;
    int cuts = 2;
  };

  /// How far the work had come when an exception ended it.
  enum class stage : std::uint8_t {
    single,    ///< a statement without a transaction around it, which may be repeated
    open,      ///< inside a transaction
    committing ///< COMMIT was sent
  };

  /// Prepares another try, or returns the failure if there is none. Call it in a catch block of
  /// pqxx::failure.
  [[nodiscard]] std::optional<failure> give_up(retries& left, stage at);

  /// Increases with each new connection.
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }

  /// Whether a lost connection may be reopened: not while its session holds something that a new
  /// one would not have.
  void may_reopen(bool may) { may_reopen_ = may; }

private:
  bool reopen();
  void roll_back(stage at);

  std::unique_ptr<pqxx::connection> db_;
  open_fn reopen_;
  std::vector<std::function<void(pqxx::connection&)>> setups_;
  bool may_reopen_ = true;
  std::uint64_t incarnation_ = 0;
  clock_fn now_;
  clock::time_point used_;
};

} // namespace standings
