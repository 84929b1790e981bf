#include "stores/postgres/known_moment.hpp"

namespace standings {

namespace {

/// The difference by which a clock may drift or be slewed and is still believed; see clock_watch.
constexpr std::chrono::seconds tolerance{2};

} // namespace

void known_moment::note(const moment& at) {
  last_.reset();
  if (!at.is_shown || at.has_future)
    return;
  last_ = at;
  noted_ = steady_();
}

std::optional<known_moment::moment> known_moment::get() const {
  if (!last_)
    return std::nullopt;
  const auto age = steady_() - noted_;
  if (age >= lifetime)
    return std::nullopt;
  auto out = *last_;
  out.latest = out.now + std::chrono::duration_cast<std::chrono::microseconds>(age)
               + postgres_user_table::longest_transaction;
  return out;
}

std::pair<sys_time, sys_time> known_moment::window(const moment& known) {
  return {known.now, known.latest - postgres_user_table::longest_transaction + tolerance};
}

} // namespace standings
