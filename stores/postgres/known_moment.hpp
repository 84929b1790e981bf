#pragma once

#include "stores/postgres/user_table.hpp"
#include "stores/sql/believed_clock.hpp"

#include <optional>
#include <utility>

namespace standings {

/// The time and the periods that the last transaction found, so that the next one can write without
/// asking for them first. They are only a guess: the next transaction's statement checks that the
/// same starts are still recorded and that the time is within `window`, and writes nothing if not.
class known_moment {
public:
  using moment = postgres_user_table::moment;

  /// What is known for longer is forgotten: the statement copes with the passing of one boundary of
  /// each period, and the server's clock has to be judged again and again.
  static constexpr std::chrono::seconds lifetime{5};

  explicit known_moment(steady_fn steady = boot_time) : steady_(std::move(steady)) {}

  /// Remembers `at` unless something about it is uncertain.
  void note(const moment& at);

  void forget() { last_.reset(); }

  /// What is known, with `latest` as of now; `nullopt` if nothing is.
  [[nodiscard]] std::optional<moment> get() const;

  /// Between which times the server's clock, if it goes right, executes a statement that is sent
  /// now.
  [[nodiscard]] static std::pair<sys_time, sys_time> window(const moment& known);

private:
  const steady_fn steady_;
  std::optional<moment> last_;
  std::chrono::steady_clock::time_point noted_{};
};

} // namespace standings
