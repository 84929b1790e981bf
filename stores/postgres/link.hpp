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

/// A connection that can be opened anew, with its prepared statements, where a
/// server, a pooler or a firewall has cut it. Not thread-safe.
class postgres_link {
public:
  using open_fn = std::function<std::unique_ptr<pqxx::connection>()>;
  using clock = std::chrono::steady_clock;
  using clock_fn = std::function<clock::time_point()>;

  /// `reopen` gives further connections like the first one; it may throw what pqxx
  /// throws. Without it a connection that is lost stays lost.
  explicit postgres_link(std::unique_ptr<pqxx::connection> first, open_fn reopen = {},
                         clock_fn now = clock::now)
      : db_(std::move(first)), reopen_(std::move(reopen)), now_(std::move(now)), used_(now_()) {}

  /// The connection, for a piece of work. One that has been idle for a while is asked
  /// first whether it still answers, and ends where it does not within a second: the
  /// silence of a firewall that has dropped it would last for as long as TCP tries.
  /// Throws what pqxx throws.
  pqxx::connection& use();

  /// Carries out `setup` on this connection, and on each later one.
  void with_each(std::function<void(pqxx::connection&)> setup) {
    setup(*db_);
    setups_.push_back(std::move(setup));
  }

  /// How often work may still be tried, by what ended the last try.
  struct retries {
    int conflicts = 5;
    int busy = 2;
    int cuts = 2;
  };

  /// How far the work had come that an exception ended.
  enum class stage : std::uint8_t {
    single,    ///< a statement without a transaction around it, which may be repeated
    open,      ///< inside a transaction
    committing ///< COMMIT was sent
  };

  /// Makes ready for another try, or says why there is none. To be called from a catch
  /// block of pqxx::failure.
  [[nodiscard]] std::optional<failure> give_up(retries& left, stage at);

  /// Grows with each new connection.
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }

  /// Has a connection that is lost stay lost (false), because its session holds
  /// something that a new one would not have, or be opened again.
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
